"""Read by the Python of moto 5.2.1, of which it corrects two faults.

An AWS::Lambda::Version is made without the id that Ref and lists of resources ask for, and answers 500. The id is the version's
ARN (AWS CloudFormation Template Reference, AWS::Lambda::Version).

An update of a new item first stores its key alone, so that a second request, or the same one after a lost answer, meets half an
item. A write of DynamoDB is atomic (Developer Guide, "Working with items"): one call at a time here."""

from threading import RLock

try:
    from moto.awslambda.models import LambdaVersion, lambda_backends
    from moto.dynamodb.models import DynamoDBBackend
except ImportError:  # Any other program of this Python.
    pass
else:
    make = LambdaVersion.create_from_cloudformation_json.__func__

    def create(cls, resource_name, cloudformation_json, account_id, region_name, **more):
        version = make(cls, resource_name, cloudformation_json, account_id, region_name, **more)
        name = cloudformation_json["Properties"]["FunctionName"]
        latest = lambda_backends[account_id][region_name].get_function(name)
        version.physical_resource_id = f"{latest.function_arn}:{version.version}"
        return version

    LambdaVersion.create_from_cloudformation_json = classmethod(create)

    one_call = RLock()

    def one_at_a_time(act):
        def acting(*args, **named):
            with one_call:
                return act(*args, **named)

        return acting

    for name in ("get_item", "put_item", "update_item", "delete_item", "query", "scan", "transact_write_items"):
        setattr(DynamoDBBackend, name, one_at_a_time(getattr(DynamoDBBackend, name)))
