"""What moto 5.2.1 answers otherwise than S3 does."""

import xmltodict
from moto.core.responses import ActionResult
from moto.s3.exceptions import ReplicationConfigurationNotFoundError
from moto.s3.responses import S3Response

VERSIONING = '<?xml version="1.0" encoding="UTF-8"?><VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{}</VersioningConfiguration>'


def listed(value):
    """What XML has once or several times, as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def tag_when_created(original):
    """S3 takes tags with the creation of a bucket; moto drops them."""

    def put(self, request, bucket_name, querystring):
        body = self.body
        answer = original(self, request, bucket_name, querystring)
        if not querystring and body:
            document = xmltodict.parse(body).get("CreateBucketConfiguration") or {}
            tags = listed((document.get("Tags") or {}).get("Tag"))
            if tags:
                self.backend.put_bucket_tagging(bucket_name, {tag["Key"]: tag.get("Value") or "" for tag in tags})
        return answer

    return put


def get_bucket_versioning(self):
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


def get_bucket_replication(self):
    """S3 tells rules as they were put; moto tells no filter, and deletions as not copied."""
    self.data["Action"] = "GetBucketReplication"
    replication = self.backend.get_bucket_replication(self.bucket_name)
    if not replication:
        raise ReplicationConfigurationNotFoundError(bucket_name=self.bucket_name)
    rules = [rule_of(rule) for rule in listed(replication["Rule"])]
    document = {"Role": replication["Role"], "Rules": rules}
    return self.serialized(ActionResult({"ReplicationConfiguration": document}))


def mend():
    """Mends the server that is about to start."""
    S3Response._bucket_response_put = tag_when_created(S3Response._bucket_response_put)
    S3Response.get_bucket_versioning = get_bucket_versioning
    S3Response.get_bucket_replication = get_bucket_replication
