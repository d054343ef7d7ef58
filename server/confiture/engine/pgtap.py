"""pgTAP in the base state of projects whose tests need it."""

from confiture.engine.setting import Setting
from confiture.engine.steps import Step
from confiture.layouts.layout import cached_script
from confiture.model.migration import Delivery
from confiture.oracles.pgtap import PgtapOracle, creates_pgtap
from confiture.oracles.pgtap_source import pgtap_script


def pgtap_steps(setting: Setting) -> tuple[Step, ...]:
    """What makes pgTAP, unless no test uses it or the project makes it itself.

    Raises:
        ProjectError: there is no pgTAP to be had.
    """
    project, server = setting.project, setting.workbench.server
    test = next((test for test in project.tests if isinstance(test, PgtapOracle)), None)
    scripts = [migration.up for migration in project.history.migrations]
    scripts += [project.prerequisites] if project.prerequisites else []
    if test is None or any(creates_pgtap(statement) for script in scripts for statement in script.statements):
        return ()
    with setting.sessions.open(server.maintenance) as session:
        root = project.config.root
        path, text = pgtap_script(session, project.config.postgres, root=root, schema=test.schema)
    return (Step("pgTAP", cached_script(path, text), Delivery.TRANSACTION),)
