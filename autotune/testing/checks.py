"""All checks, in the order in which an author meets them."""

from autotune.plan.settings import SAMPLERS
from autotune.stopping.catalog import RULES
from autotune.testing import job_checks, search_checks, strategy_checks
from autotune.testing.domains import DOMAINS
from autotune.testing.expectation import Check

SEARCH_CHECKS = (
    *(
        Check(search_checks.values_lie_in_the_domain_and_reach_its_ends, (domain,), name)
        for name, domain in DOMAINS.items()
    ),
    Check(search_checks.a_finite_space_is_tried_completely_and_once),
    Check(search_checks.conditions_hold, needs="conditions"),
    Check(search_checks.forbidden_combinations_are_not_tried, needs="forbidden"),
    Check(search_checks.first_trials_are_tried_first),
    Check(search_checks.a_seed_repeats_the_trials),
    Check(search_checks.a_job_is_resumed),
    *(
        Check(search_checks.reports_are_judged_by_the_plans_rule, (rule,), rule, "early_stopping")
        for rule in RULES
    ),
    Check(search_checks.what_is_compiled_is_plain_data),
    Check(search_checks.a_program_is_python, needs="programs"),
)
STRATEGY_CHECKS = (
    *(
        Check(strategy_checks.a_model_learns_from_results, (sampler,), sampler, strategy="bayesian")
        for sampler in SAMPLERS
    ),
    *(
        Check(
            strategy_checks.a_model_learns_constraints,
            (sampler,),
            sampler,
            needs="constraints",
            strategy="bayesian",
            sampler=sampler,
        )
        for sampler in SAMPLERS
    ),
    Check(strategy_checks.a_random_search_learns_nothing, strategy="random"),
    Check(strategy_checks.a_grid_is_the_same_for_any_seed, strategy="grid"),
    Check(strategy_checks.a_sobol_sequence_leaves_no_gaps, strategy="sobol"),
)
JOB_CHECKS = (
    *(
        Check(job_checks.job_finds_the_best_in_both_directions, (mode,), mode)
        for mode in ("max", "min")
    ),
    Check(job_checks.job_record_names_the_engine),
    Check(job_checks.job_holds_its_caps),
    Check(job_checks.job_survives_failures),
    Check(job_checks.job_is_best_within_its_constraints, needs="constraints"),
    Check(job_checks.job_stops_trials_at_their_reports, needs="early_stopping"),
)
CHECKS: tuple[Check, ...] = (*SEARCH_CHECKS, *STRATEGY_CHECKS, *JOB_CHECKS)
"""Every check, for ``pytest.mark.parametrize``."""
