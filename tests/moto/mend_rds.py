"""What moto 5.2.1 answers otherwise than RDS and ElastiCache do."""

from re import compile

from moto.elasticache.models import ElastiCacheBackend
from moto.rds.models import RDSBackend
from moto.rds.responses import RDSResponse

# A global cluster's ARN names no region; moto takes no such ARN for one of RDS.
ARN = compile(r"^arn:aws(-cn|-us-gov)?:rds:[A-Za-z0-9-]*:[0-9]{12}:(.*)$")


def keep_when_modified(original):
    """A subnet group that is changed stays; moto forgets it."""

    def modify(self, subnet_name, description, subnets):
        group = original(self, subnet_name, description, subnets)
        self.subnet_groups[subnet_name] = group
        return group

    return modify


def take_arns_without_region(original):
    """Tags of a global cluster are told and set by its ARN."""

    def init(self, region_name, account_id):
        original(self, region_name, account_id)
        self.arn_regex = ARN

    return init


def tag_when_created(original):
    """RDS takes tags with the creation of a global cluster; moto drops them."""

    def create(self):
        answer = original(self)
        cluster = self.global_backend.global_clusters[self.params["GlobalClusterIdentifier"]]
        cluster.add_tags(self.params.get("Tags") or [])
        return answer

    return create


def leave(self, global_cluster_identifier, db_cluster_identifier):
    """A member that leaves is none any more; moto looks for its ARN among the names, finds none, and says nothing."""
    global_cluster = self.global_clusters[global_cluster_identifier]
    name = db_cluster_identifier.rsplit(":", 1)[-1]
    for member in list(global_cluster.members):
        if member.db_cluster_identifier == name:
            global_cluster.members.remove(member)
            member.global_cluster_identifier = None
    return global_cluster


def forget_when_deleted(original):
    """A group that is being deleted is gone after a while; moto keeps it for ever."""

    def describe(self, replication_group_id=None):
        found = original(self, replication_group_id)
        for group in [group for group in self.replication_groups.values() if group.status == "deleting"]:
            del self.replication_groups[group.replication_group_id]
        return found

    return describe


def mend():
    """Mends the server that is about to start."""
    RDSBackend.modify_db_subnet_group = keep_when_modified(RDSBackend.modify_db_subnet_group)
    RDSBackend.__init__ = take_arns_without_region(RDSBackend.__init__)
    RDSBackend.remove_from_global_cluster = leave
    RDSResponse.create_global_cluster = tag_when_created(RDSResponse.create_global_cluster)
    describe = ElastiCacheBackend.describe_replication_groups
    ElastiCacheBackend.describe_replication_groups = forget_when_deleted(describe)
