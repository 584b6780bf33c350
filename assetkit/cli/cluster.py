"""What the command line says of a Dask cluster."""

import click

from assetkit.cluster import WorkerSeen, dashboard, seen
from assetkit.errors import AssetkitError

_MEGABYTE = 1e6


def print_dashboard(scheduler: str) -> None:
    """Say on standard error where people can watch the cluster. Raises SetupError if there is none."""
    click.echo(f"cluster {scheduler}, dashboard {dashboard(scheduler)}", err=True)


def report_cluster(scheduler: str) -> bool:
    """Print what a cluster is made of; True if each of its workers holds what this machine holds."""
    try:
        found = seen(scheduler)
    except AssetkitError as error:
        click.echo(f"  FAILED   cluster: {error}")
        return False
    threads = sum(worker.threads for worker in found.workers)
    click.echo(f"  ok       cluster: {found.scheduler}, {len(found.workers)} workers with {threads} threads")
    click.echo(f"           dashboard {found.dashboard}")
    told = [_report_worker(worker) for worker in found.workers]
    return all(told)


def _report_worker(worker: WorkerSeen) -> bool:
    memory = f"{worker.memory_bytes / _MEGABYTE:.0f} MB" if worker.memory_bytes else "no limit of memory"
    has = [f"{worker.threads} threads", memory, *(f"{name} {amount:g}" for name, amount in worker.resources.items())]
    click.echo(f"  {'FAILED ' if worker.trouble else 'ok     '}  worker {worker.name}: {', '.join(has)}")
    for trouble in worker.trouble:
        click.echo(f"           {trouble}")
    return not worker.trouble
