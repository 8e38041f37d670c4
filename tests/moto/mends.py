"""What moto 5.2.1 does wrong and AWS does not, put right before it serves, by service. Each mend with its reason.

Every one of these is needed to prove something of relight; what moto merely lacks stays lacking.
"""

import random
import re

import xmltodict
from moto.backup.models import BackupBackend
from moto.backup.responses import BackupResponse
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.elasticache.models import ElastiCacheBackend
from moto.rds.models import DBInstance, RDSBackend
from moto.rds.responses import RDSResponse
from moto.route53.models import Route53Backend
from moto.s3.exceptions import ReplicationConfigurationNotFoundError
from moto.s3.responses import S3Response
from moto.secretsmanager.models import SecretsManagerBackend
from moto.sqs.models import Queue


def instead_of(owner, name):
    """Puts a function in the place of a method."""

    def put(mend):
        setattr(owner, name, mend)
        return mend

    return put


def around(owner, name):
    """Puts a function in the place of a method, and gives it the method that was there."""

    def put(mend):
        first = getattr(owner, name)
        setattr(owner, name, lambda self, *given, **named: mend(first, self, *given, **named))
        return mend

    return put


# Backup


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


# EC2


@around(InstanceBackend, "run_instances")
def interfaces_go_with_their_instance(first, self, *given, **named):
    """An interface made with an instance ends with it, unless asked otherwise; moto keeps it, in its subnet for ever."""
    earlier = set(self.enis)
    answer = first(self, *given, **named)
    for name, eni in self.enis.items():
        if name not in earlier:
            eni.delete_on_termination = True
    return answer


@around(NatGatewayBackend, "delete_nat_gateway")
def an_interface_goes_with_its_gateway(first, self, *given, **named):
    """moto keeps the interface of a deleted gateway, in its subnet for ever."""
    gateway = first(self, *given, **named)
    self.enis.pop(gateway._eni.id, None)
    return gateway


# ECS

# What is no field of a service, or is kept under another name.
NO_FIELDS = {"clientToken", "cluster", "role", "serviceName", "taskDefinition"}


@around(EC2ContainerServiceResponse, "create_service")
def a_service_keeps_what_it_was_made_with(first, self):
    """moto drops most of it, though it takes it in a change."""
    answer = first(self)
    name, cluster = self._get_param("serviceName"), self._get_param("cluster", "default")
    service = self.ecs_backend._get_service(cluster, name)
    for key, value in self._get_params().items():
        field = camelcase_to_underscores(key)
        if key not in NO_FIELDS and not hasattr(service, field):
            setattr(service, field, value)
    return answer


# ElastiCache


@around(ElastiCacheBackend, "describe_replication_groups")
def a_deleted_group_is_gone_after_a_while(first, self, replication_group_id=None):
    """moto keeps a group that is being deleted for ever."""
    found = first(self, replication_group_id)
    for group in [group for group in self.replication_groups.values() if group.status == "deleting"]:
        del self.replication_groups[group.replication_group_id]
    return found


# RDS

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

# A global cluster's ARN names no region; moto takes no such ARN for one of RDS.
ARN = re.compile(r"^arn:aws(-cn|-us-gov)?:rds:[A-Za-z0-9-]*:[0-9]{12}:(.*)$")


def new_resource_id():
    return "db-" + "".join(random.choices(ALPHABET, k=26))


@around(RDSBackend, "__init__")
def arns_without_region_are_known(first, self, *given, **named):
    """Tags of a global cluster are told and set by its ARN."""
    first(self, *given, **named)
    self.arn_regex = ARN


@around(DBInstance, "__init__")
def every_database_has_a_resource_id_of_its_own(first, self, *given, **named):
    """moto gives all databases the same one; it is how a database is known after it was renamed."""
    first(self, *given, **named)
    self.dbi_resource_id = new_resource_id()


@around(RDSBackend, "create_db_instance_read_replica")
def a_replica_is_no_copy_of_its_source(first, self, db_kwargs):
    """moto copies the source, resource id and tags included."""
    replica = first(self, db_kwargs)
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


@instead_of(DBInstance, "remove_replica")
def a_replica_in_another_region_can_be_removed(self, replica):
    """The source knows such a replica by its ARN, and moto looks for its name: it answers 500 after the effect."""
    names = (replica.db_instance_identifier, replica.db_instance_arn)
    self.replicas = [known for known in self.replicas if known not in names]


@around(RDSBackend, "modify_db_subnet_group")
def a_changed_subnet_group_stays(first, self, subnet_name, *given, **named):
    """moto forgets a subnet group that is changed."""
    group = first(self, subnet_name, *given, **named)
    self.subnet_groups[subnet_name] = group
    return group


@around(RDSBackend, "delete_db_cluster")
def automatic_snapshots_go_with_their_cluster(first, self, *given, **named):
    """moto keeps them; RDS does only when it is asked to."""
    cluster = first(self, *given, **named)
    begins = f"rds:{cluster.db_cluster_identifier}-"
    for name in [name for name in self.cluster_snapshots if name.startswith(begins)]:
        del self.cluster_snapshots[name]
    return cluster


@around(RDSResponse, "create_global_cluster")
def a_global_cluster_is_made_with_its_tags(first, self):
    """moto drops the tags of the creation."""
    answer = first(self)
    cluster = self.global_backend.global_clusters[self.params["GlobalClusterIdentifier"]]
    cluster.add_tags(self.params.get("Tags") or [])
    return answer


@instead_of(RDSBackend, "remove_from_global_cluster")
def a_member_that_leaves_is_none_any_more(self, global_cluster_identifier, db_cluster_identifier):
    """moto looks for its ARN among the names, finds none, and says nothing."""
    global_cluster = self.global_clusters[global_cluster_identifier]
    name = db_cluster_identifier.rsplit(":", 1)[-1]
    for member in list(global_cluster.members):
        if member.db_cluster_identifier == name:
            global_cluster.members.remove(member)
            member.global_cluster_identifier = None
    return global_cluster


# Route 53


@around(Route53Backend, "delete_hosted_zone")
def name_servers_go_with_their_zone(first, self, *given, **named):
    """moto keeps the servers of every zone, those of a reusable set or not."""
    zone = first(self, *given, **named)
    if zone:
        own = zone.delegation_set
        self.delegation_sets = {name: known for name, known in self.delegation_sets.items() if known is not own or own.id}
    return zone


# S3

VERSIONING = '<?xml version="1.0" encoding="UTF-8"?><VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{}</VersioningConfiguration>'


def listed(value):
    """What XML has once or several times, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


@around(S3Response, "_bucket_response_put")
def a_bucket_is_made_with_its_tags(first, self, request, bucket_name, querystring):
    """moto drops the tags of the creation."""
    body = self.body
    answer = first(self, request, bucket_name, querystring)
    if not querystring and body:
        document = xmltodict.parse(body).get("CreateBucketConfiguration") or {}
        tags = listed((document.get("Tags") or {}).get("Tag"))
        if tags:
            self.backend.put_bucket_tagging(bucket_name, {tag["Key"]: tag.get("Value") or "" for tag in tags})
    return answer


@instead_of(S3Response, "get_bucket_versioning")
def versioning_is_told_by_its_name(self):
    """S3 calls the document `VersioningConfiguration`; moto names it after the operation, which strict clients refuse."""
    self.data["Action"] = "GetBucketVersioning"
    status = self.backend.get_bucket_versioning(self.bucket_name)
    return 200, {"Content-Type": "application/xml"}, VERSIONING.format(f"<Status>{status}</Status>" if status else "")


def rule_of(rule):
    """A replication rule as it was put."""
    told = dict(rule)
    if "Filter" in told:
        filter = dict(told["Filter"] or {})
        if "And" in filter:
            both = dict(filter["And"])
            filter["And"] = {"Prefix": both.get("Prefix") or "", "Tags": listed(both.get("Tag"))}
        told["Filter"] = filter
    elif told.get("Prefix") is None:
        told["Prefix"] = ""
    return told


@instead_of(S3Response, "get_bucket_replication")
def rules_are_told_as_they_were_put(self):
    """moto tells no filter, and deletions as not copied."""
    self.data["Action"] = "GetBucketReplication"
    replication = self.backend.get_bucket_replication(self.bucket_name)
    if not replication:
        raise ReplicationConfigurationNotFoundError(bucket_name=self.bucket_name)
    rules = [rule_of(rule) for rule in listed(replication["Rule"])]
    document = {"Role": replication["Role"], "Rules": rules}
    return self.serialized(ActionResult({"ReplicationConfiguration": document}))


# Secrets Manager


@around(SecretsManagerBackend, "update_secret")
def a_description_can_be_emptied(first, self, secret_id, *given, **named):
    """moto keeps the old description where the new one is empty."""
    answer = first(self, secret_id, *given, **named)
    if named.get("description") == "":
        self.secrets[secret_id].description = ""
    return answer


# SQS


@around(Queue, "_set_attributes")
def a_queue_keeps_the_policy_that_is_not_named(first, self, attributes, *given, **named):
    """moto takes the policy off whenever another attribute is set."""
    if "Policy" not in attributes and getattr(self, "_policy_json", None) and self.policy:
        attributes = {**attributes, "Policy": self.policy}
    return first(self, attributes, *given, **named)
