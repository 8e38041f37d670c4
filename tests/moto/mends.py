"""What moto does wrong and AWS does not, put right before it serves. Each mend with its reason.

Every one of these is needed to prove something of relight; what moto merely lacks stays lacking.
"""

import os
import random

from moto.backup.models import BackupBackend
from moto.backup.responses import BackupResponse
from moto.ec2 import utils
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.responses.launch_templates import LaunchTemplates
from moto.rds.models import DBInstance, RDSBackend
from moto.route53.models import Route53Backend
from moto.secretsmanager.models import SecretsManagerBackend
from moto.sqs.models import Queue

# Every account has AWS's own policies; moto has them only when it is told to.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def around(owner, name):
    """Puts a function in the place of a method, and gives it the method that was there."""

    def put(mend):
        first = getattr(owner, name)
        setattr(owner, name, lambda self, *given, **named: mend(first, self, *given, **named))
        return mend

    return put


def new_resource_id():
    return "db-" + "".join(random.choices(ALPHABET, k=26))


@around(DBInstance, "__init__")
def every_database_has_a_resource_id_of_its_own(first, self, *given, **named):
    """moto gives all databases the same one; it is how a database is known after it was renamed."""
    first(self, *given, **named)
    self.dbi_resource_id = new_resource_id()


@around(RDSBackend, "create_db_instance_read_replica")
def a_replica_is_no_copy_of_its_source(first, self, db_kwargs):
    """moto copies the source, resource id, zone and tags included, and looks for the replica's subnet group in the
    source's region: the replica's own comes last among what it is given."""
    zone = db_kwargs.get("availability_zone")
    replica = first(self, {"backend": self, **db_kwargs})
    replica.availability_zone = zone or f"{self.region_name}a"
    replica.dbi_resource_id = new_resource_id()
    replica.tags = list(db_kwargs.get("tags") or [])
    return replica


@around(RDSBackend, "promote_read_replica")
def a_promoted_replica_has_no_source(first, self, db_kwargs):
    """moto leaves the source on it, so that a promotion never seems to end."""
    replica = self.databases[db_kwargs["db_instance_identifier"]]
    source = replica.source_db_instance_identifier if replica.is_replica else None
    database = first(self, db_kwargs)
    if source:
        self.find_db_from_id(source).remove_replica(database)
        database.source_db_instance_identifier = None
    return database


@around(DBInstance, "remove_replica")
def a_replica_in_another_region_can_be_removed(first, self, replica):
    """The source knows such a replica by its ARN, and moto looks for its name: it answers 500 after the effect."""
    names = (replica.db_instance_identifier, replica.db_instance_arn)
    self.replicas = [known for known in self.replicas if known not in names]


@around(LaunchTemplates, "_get_int_param")
def a_list_is_not_cut_without_a_word(first, self, name, *default):
    """moto tells fifteen launch templates where no page size is given, and no token to go on with."""
    return first(self, name, *([1_000] if name == "MaxResults" else default))


@around(utils, "is_filter_matching")
def a_filter_asks_for_any_of_its_values(first, thing, name, values):
    """Of a thing with several values (the subnets of a route table) moto wants all of them among those asked for, or all
    that are asked for among them; AWS wants one. A read of many things at once would miss some."""
    value = thing.get_filter_value(name)
    if isinstance(values, list) and len(values) > 1 and not isinstance(value, (str, int, bool)):
        try:
            return not set(value).isdisjoint(values)
        except TypeError:
            pass
    return first(thing, name, values)


@around(InstanceBackend, "run_instances")
def interfaces_go_with_their_instance(first, self, *given, **named):
    """An interface made with an instance ends with it, unless asked otherwise; moto keeps it, in its subnet for ever."""
    earlier = set(self.enis)
    answer = first(self, *given, **named)
    for name, eni in self.enis.items():
        if name not in earlier:
            eni.delete_on_termination = True
    return answer


@around(BackupResponse, "list_tags")
def tags_are_listed_at_an_address_without_a_slash(first, self):
    """moto reads the ARN before a slash at the end, which the API's model has not: it tells no tags to its clients."""
    self.path = self.path.rstrip("/") + "/"
    return first(self)


@around(BackupBackend, "delete_backup_plan")
def a_deleted_plan_is_gone(first, self, backup_plan_id):
    """moto keeps deleted plans, and refuses their names for ever."""
    answer = first(self, backup_plan_id)
    del self.plans[backup_plan_id]
    return answer


@around(Queue, "_set_attributes")
def a_queue_keeps_the_policy_that_is_not_named(first, self, attributes, *given, **named):
    """moto takes the policy off whenever another attribute is set."""
    if "Policy" not in attributes and getattr(self, "_policy_json", None) and self.policy:
        attributes = {**attributes, "Policy": self.policy}
    return first(self, attributes, *given, **named)


@around(SecretsManagerBackend, "update_secret")
def a_description_can_be_emptied(first, self, secret_id, *given, **named):
    """moto keeps the old description where the new one is empty."""
    answer = first(self, secret_id, *given, **named)
    if named.get("description") == "":
        self.secrets[secret_id].description = ""
    return answer


@around(NatGatewayBackend, "delete_nat_gateway")
def an_interface_goes_with_its_gateway(first, self, *given, **named):
    """moto keeps the interface of a deleted gateway, in its subnet for ever."""
    gateway = first(self, *given, **named)
    self.enis.pop(gateway._eni.id, None)
    return gateway


@around(Route53Backend, "delete_hosted_zone")
def name_servers_go_with_their_zone(first, self, *given, **named):
    """moto keeps the servers of every zone, those of a reusable set or not."""
    zone = first(self, *given, **named)
    if zone:
        own = zone.delegation_set
        self.delegation_sets = {name: known for name, known in self.delegation_sets.items() if known is not own or own.id}
    return zone


@around(RDSBackend, "delete_db_cluster")
def automatic_snapshots_go_with_their_cluster(first, self, *given, **named):
    """moto keeps them; RDS does only when it is asked to."""
    cluster = first(self, *given, **named)
    begins = f"rds:{cluster.db_cluster_identifier}-"
    for name in [name for name in self.cluster_snapshots if name.startswith(begins)]:
        del self.cluster_snapshots[name]
    return cluster
