// Package auth reads and verifies the signatures of Log Service, as its official SDKs make them.
//
//  1. [Parse] reads Authorization and the headers that belong to it: version 1, "LOG KEY:SIGNATURE" with
//     hmac-sha1, or version 4, "SLS4-HMAC-SHA256 Credential=KEY/DATE/REGION/sls/aliyun_v4_request,Signature=…".
//  2. [Claim.CheckTime] holds its time against the server's clock: 15 minutes to either side are taken.
//  3. [Claim.CheckPair] says whether the access key may be used, with the security token that came along.
//  4. [Claim.Verify] computes the signature anew from the request as it came and compares the two, and the body
//     with Content-MD5 and x-log-content-sha256.
//
// All refusals are *apierror.Error. None holds a secret or a string to sign, which may hold a token.
package auth
