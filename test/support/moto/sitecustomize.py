"""Read by the Python of moto: version 5.2.1 makes an AWS::Lambda::Version without the id that Ref and lists of resources ask
for, and answers 500. The id is the version's ARN (AWS CloudFormation Template Reference, AWS::Lambda::Version)."""

try:
    from moto.awslambda.models import LambdaVersion, lambda_backends
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
