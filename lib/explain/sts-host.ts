/** The host of STS in a text, also with a name of a VPC endpoint before it. */
export const hostOfSts = '([\\w-]{1,63}\\.){0,6}sts[.-][\\w.<>-]{0,80}(amazonaws\\.com|api\\.aws)(?!\\S{0,9}/doc)';
/** STS as the host of a call; not as an audience or as an XML name space. */
export const stsHostPattern = `(?://|lookup |getaddrinfo |connect to |host["':= ]{1,4})${hostOfSts}`;
/** The call that exchanges a token, as SDKs name it. */
export const webIdentity =
  '(webidentityerr|assumerolewithwebidentity|assume role from web identity|webidentitytoken(file)?credentialsprovider(\\(\\))?: unable to execute http request)';
