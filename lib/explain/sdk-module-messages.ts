import type { Cause, KnownMessage } from './known-message.ts';

/** The S3A connector of Hadoop has a list of its own, without web identity. */
export const namesNoProvider: Cause = {
  text: 'Set fs.s3a.aws.credentials.provider (spark.hadoop.fs.s3a…) to com.amazonaws.auth.WebIdentityTokenCredentialsProvider, or with Hadoop 3.4 to software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider.',
  rules: [],
  tell: 'kubectl exec <pod> -- env shows AWS_WEB_IDENTITY_TOKEN_FILE.',
  decisive: ['s3a-list'],
};

/** Messages of SDKs that lack a part of themselves: the client for STS, a provider, an HTTP client. */
export const sdkModuleMessages: readonly KnownMessage[] = [
  {
    id: 'sdk-sts-module-missing',
    from: 'sdk',
    sample: 'To use assume role profiles the aws-java-sdk-sts module must be on the class path',
    patterns: [
      /software\.amazon\.awssdk:sts/i,
      /sts['’]? (module|service module).{0,80}class ?path/i,
      /ClassNotFoundException: (software\.amazon\.awssdk\.services\.sts|com\.amazonaws\.services\.securitytoken)\.|\b(include|add\w*|miss\w*|need\w*) .{0,30}\bsts (lib\w*|module|dependency|jar)\b/i,
      /\b(NoSuchMethod|NoSuchField|IncompatibleClassChange|AbstractMethod|NoClassDefFound)Error\b.{0,60}(software[./]amazon[./]awssdk[./](auth|services[./]sts)|com[./]amazonaws[./](auth|services[./]securitytoken))\b/i,
      /\bStsClient(\.php)?\W{0,3}.{0,40}(not found|can.?t be found|could not be found|is missing)|uninitialized constant Aws::STS\b|cannot find (module|package) \W?@aws-sdk\/client-sts/i,
      /AWSSDK\.SecurityToken.{0,80}(could not be|cannot be|not found|load|cannot find)|assembly .{0,3}AWSSDK\.SecurityToken/i,
    ],
    says: 'The SDK is split into modules, and the module for STS is not part of the program.',
    causes: [
      {
        text: 'Add the module: com.amazonaws:aws-java-sdk-sts, software.amazon.awssdk:sts, AWSSDK.SecurityToken, @aws-sdk/client-sts, or the whole SDK for PHP where a program carries a part of it.',
        rules: ['runtime-sdk-unsupported', 'runtime-role-never-assumed'],
        tell: 'The class path, or the folder of the program, has no such module.',
      },
      {
        text: 'The module is there, and does not fit the other modules of the SDK: give all of them one version (the BOM of Java, one AWSSDK.Core for .NET).',
        rules: [],
        tell: 'The list of dependencies (mvn dependency:tree, dotnet list package) has two versions of the SDK.',
        decisive: ['module-is-there', 'method-missing'],
      },
    ],
  },
  {
    id: 'sdk-provider-class-missing',
    from: 'sdk',
    sample: 'ClassNotFoundException: Class com.amazonaws.auth.WebIdentityTokenCredentialsProvider not found',
    patterns: [
      /class(notfoundexception)?\W{1,3}(class )?(com\.amazonaws|software\.amazon\.awssdk)\.auth\S{0,20}\.WebIdentityToken\w*CredentialsProvider( not found)?(?<=(not found|notfoundexception).{0,160})/i,
      /could not (instantiate|construct|load) .{0,20}(com\.amazonaws|software\.amazon\.awssdk)\.auth\S{0,20}\.WebIdentityToken\w*CredentialsProvider/i,
    ],
    says: 'The configuration names a credentials provider that the program does not have. It did not get as far as the token.',
    causes: [
      {
        text: 'The name is of the other SDK for Java: Hadoop 3.4 and later have version 2 (software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider), older ones version 1 (com.amazonaws.auth.WebIdentityTokenCredentialsProvider).',
        rules: ['runtime-sdk-unsupported'],
        tell: 'ls of the jars in the container shows aws-java-sdk-bundle (version 1) or bundle-2.… (version 2).',
      },
      {
        text: 'The jar is older than this provider (version 1: 1.11.704), or hadoop-aws comes without its SDK. Put both into the image, in versions that belong together.',
        rules: ['runtime-sdk-unsupported'],
        tell: 'The version in the name of the jar, or no such jar.',
      },
    ],
  },
  {
    id: 'sdk-http-client',
    from: 'sdk',
    sample: 'WebIdentityTokenCredentialsProvider(): Multiple HTTP implementations were found on the classpath.',
    patterns: [
      /multiple http implementations were found on the classpath/i,
      /unable to load an http implementation from any provider/i,
    ],
    says: 'The SDK for Java makes its own client for STS and does not know which HTTP client to use. It did not call STS.',
    causes: [
      {
        text: 'Two HTTP clients of the SDK are on the class path, or none: keep one of software.amazon.awssdk:apache-client and url-connection-client, or name it with the system property software.amazon.awssdk.http.service.impl. The client that the program gives to its own service is not used for STS.',
        rules: ['runtime-role-never-assumed'],
        tell: 'The message lists the classes that it found.',
      },
    ],
  },
];
