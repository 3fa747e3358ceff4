"""What is inferred from the names of hyperparameters alone, on the arguments of real scripts."""

import pytest

from autotune import Script, autotune, knowledge
from autotune.knowledge.names import never_tuned, normal

MNIST = {
    "batch-size": 64,
    "test-batch-size": 1000,
    "epochs": 14,
    "lr": 1.0,
    "gamma": 0.7,
    "no-accel": False,
    "dry-run": False,
    "seed": 1,
    "log-interval": 10,
    "save-model": False,
}
IMAGENET = {
    "data": "imagenet",
    "arch": "resnet18",
    "workers": 4,
    "epochs": 90,
    "start-epoch": 0,
    "batch-size": 256,
    "lr": 0.1,
    "momentum": 0.9,
    "weight-decay": 1e-4,
    "print-freq": 10,
    "resume": "",
    "evaluate": False,
    "pretrained": False,
    "world-size": -1,
    "rank": -1,
    "dist-url": "tcp://",
    "dist-backend": "nccl",
    "seed": None,
    "gpu": None,
    "multiprocessing-distributed": False,
    "no-accel": False,
    "dummy": False,
}
LANGUAGE = {
    "data": "./data",
    "model": "LSTM",
    "emsize": 200,
    "nhid": 200,
    "nlayers": 2,
    "lr": 20,
    "clip": 0.25,
    "epochs": 40,
    "batch_size": 20,
    "bptt": 35,
    "dropout": 0.2,
    "tied": False,
    "seed": 1111,
    "log-interval": 200,
    "save": "model.pt",
    "onnx-export": "",
    "nhead": 2,
    "dry-run": False,
}
DCGAN = {
    "dataset": "cifar10",
    "dataroot": "",
    "workers": 2,
    "batchSize": 64,
    "imageSize": 64,
    "nz": 100,
    "ngf": 64,
    "ndf": 64,
    "niter": 25,
    "lr": 2e-4,
    "beta1": 0.5,
    "dry-run": False,
    "ngpu": 1,
    "netG": "",
    "netD": "",
    "outf": ".",
    "manualSeed": None,
    "classes": "bedroom",
}
NANOGPT = {
    "out_dir": "out",
    "eval_interval": 2000,
    "eval_iters": 200,
    "init_from": "scratch",
    "wandb_log": False,
    "batch_size": 12,
    "block_size": 1024,
    "n_layer": 12,
    "n_head": 12,
    "n_embd": 768,
    "dropout": 0.0,
    "bias": False,
    "learning_rate": 6e-4,
    "max_iters": 600000,
    "weight_decay": 0.1,
    "beta1": 0.9,
    "beta2": 0.95,
    "grad_clip": 1.0,
    "decay_lr": True,
    "backend": "nccl",
    "device": "cuda",
    "dtype": "bfloat16",
    "compile": True,
    "gradient_accumulation_steps": 40,
}
GLUE = {
    "model_name_or_path": "bert-base-cased",
    "task_name": "mrpc",
    "do_train": True,
    "do_eval": True,
    "max_seq_length": 128,
    "per_device_train_batch_size": 32,
    "learning_rate": 2e-5,
    "num_train_epochs": 3,
    "output_dir": "/tmp",
    "fp16": False,
    "gradient_accumulation_steps": 1,
    "logging_steps": 100,
    "save_total_limit": 2,
    "seed": 42,
}
AMT = {"epochs": 1, "backend": "gloo", "lr": 0.01, "batch-size": 32}
FOREST = {
    "n-estimators": 100,
    "max-depth": 5,
    "min-samples-leaf": 1,
    "random-state": 0,
    "n-jobs": -1,
    "train": "x",
    "model-dir": "y",
}
SCRIPTS = {
    "AMT's example": (AMT, {"lr", "batch-size"}),
    "AMT's random forest": (FOREST, {"max-depth", "min-samples-leaf"}),
    "PyTorch's MNIST": (MNIST, {"lr", "batch-size"}),
    "PyTorch's ImageNet": (IMAGENET, {"lr", "batch-size", "momentum", "weight-decay"}),
    "PyTorch's language model": (LANGUAGE, {"lr", "batch_size", "dropout", "nhid", "nlayers"}),
    "PyTorch's DCGAN": (DCGAN, {"lr", "batchSize"}),
    "nanoGPT": (NANOGPT, {"learning_rate", "weight_decay", "batch_size", "dropout", "n_layer"}),
    "Hugging Face's run_glue": (GLUE, {"learning_rate", "per_device_train_batch_size"}),
}


def plan(hyperparameters, **settings):
    return autotune(Script("train.py", hyperparameters, {"f1": "f1: {number}"}), **settings)


@pytest.mark.parametrize(("static", "tuned"), SCRIPTS.values(), ids=SCRIPTS)
def test_real_scripts_are_tuned_by_what_their_names_mean(static, tuned):
    assert set(plan(static).ranges) == tuned


@pytest.mark.parametrize(("static", "_"), SCRIPTS.values(), ids=SCRIPTS)
def test_the_scripts_own_values_lie_in_the_ranges_and_are_tried_first(static, _):
    made = plan(static, effort="all")
    assert dict(made["initial_trials"][0]) == {n: static[n] for n in made.ranges}


@pytest.mark.parametrize(
    "spell",
    [
        str,
        lambda n: n.replace("_", "-"),
        str.upper,
        lambda n: "".join(w.capitalize() for w in n.split("_")),
    ],
)
@pytest.mark.parametrize(
    "name", ["batch_size", "weight_decay", "hidden_size", "warmup_steps", "num_layers"]
)
def test_a_name_means_the_same_in_every_spelling(name, spell):
    told = knowledge.table("names").content.names[name]
    assert set(plan({spell(name): told.low or 1}, effort="all").ranges) == {spell(name)}


NEVER = [
    "epochs",
    "num-epochs",
    "backend",
    "seed",
    "data-dir",
    "workers",
    "num_workers",
    "device",
    "output-dir",
    "n_estimators",
    "max_steps",
    "log-interval",
    "verbose",
    "manualSeed",
    "resume",
    "checkpoint-path",
    "ngpu",
]


@pytest.mark.parametrize("name", NEVER)
def test_budget_machines_files_and_messages_are_never_tuned_and_the_plan_says_why(name):
    made = plan({name: 3, "lr": 0.1}, effort="all")
    assert set(made.ranges) == {"lr"} and made.left_out[name] not in (
        "",
        "nothing is known of this name",
    )
    assert set(plan({name: 3, "lr": 0.1}, ranges={name: (1, 5)}).ranges) == {"lr", name}


def test_a_number_given_as_text_is_not_tuned_and_the_plan_says_why():
    assert (
        plan({"lr": "0.01"}).left_out["lr"]
        == "its static value must be a number to be tuned, got '0.01'"
    )


def test_names_and_aliases_are_each_given_one_meaning():
    content = knowledge.table("names").content
    spelled = [
        normal(n) if n != "C" else n
        for key, told in content.names.items()
        if not told.beside  # by which another name decides between two meanings
        for n in (key, *told.aliases)
    ]
    assert len(spelled) == len(set(spelled))


def test_a_script_for_hugging_faces_trainer_has_the_trainers_ranges_and_the_others_by_name():
    made = plan({**GLUE, "dropout": 0.1})
    assert (made.ranges["learning_rate"].value.low, made.ranges["learning_rate"].value.high) == (
        1e-6,
        1e-4,
    )
    assert "hugging-face-trainer.yaml" in str(
        made.ranges["learning_rate"].source
    ) and "names.yaml" in str(made.ranges["dropout"].source)
    assert all(
        set(p) == {"learning_rate", "per_device_train_batch_size", "dropout"}
        for p in made["initial_trials"]
    )
    assert len(made["initial_trials"]) == 3


def test_dashes_in_a_trainers_names_change_nothing_but_its_starts():
    dashed = plan({n.replace("_", "-"): v for n, v in GLUE.items()})
    assert (
        dashed.ranges["learning-rate"].value == plan(GLUE).ranges["learning_rate"].value
        and len(dashed["initial_trials"]) == 1
    )


def test_a_function_with_a_trainers_names_is_told_by_them_too():
    def finetune(learning_rate=2e-5, num_train_epochs=3):
        return learning_rate

    assert autotune(finetune).ranges["learning_rate"].value.high == 1e-4


@pytest.mark.parametrize(
    "name",
    [
        "transformers.TrainingArguments",
        "transformers.Trainer",
        "keras.Model",
        "tensorflow.keras.Sequential",
    ],
)
def test_a_dotted_name_needs_no_library(name):
    made = autotune(name, max_trials=3, max_parallel=1)
    assert (
        "learning_rate" in made.ranges
        and made.run(objective=lambda s: s["learning_rate"]).status == "completed"
    )


def test_a_class_that_is_no_estimator_is_planned_by_its_entry(tmp_path, monkeypatch):
    text = (knowledge.catalog.shipped() / "keras.yaml").read_text()
    text = text.replace(
        "estimators: [keras.Model,", "estimators: [argparse.Namespace, keras.Model,"
    ).replace("name: keras", "name: ours")
    (tmp_path / "ours.yaml").write_text(text)
    monkeypatch.setenv("AUTOTUNE_KNOWLEDGE", str(tmp_path))
    assert (
        set(autotune("argparse.Namespace").ranges)
        == set(autotune("ours").ranges)
        == set(autotune("keras").ranges)
    )


@pytest.mark.parametrize(
    ("name", "affects"), [("n_jobs", False), ("seed", False), ("verbose", False), ("tol", True)]
)
def test_values_of_machines_randomness_and_messages_do_not_affect_results(name, affects):
    group = never_tuned(name)
    assert group is not None and group.affects_results is affects


def test_a_name_that_may_be_tuned_is_in_no_group_of_names_never_tuned():
    assert never_tuned("learning_rate") is None
