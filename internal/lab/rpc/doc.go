// Package rpc serves the Alibaba Cloud RPC protocol: it takes requests as official SDKs of any language send
// them, verifies their signatures, and hands them to a [Handler], which knows the API.
//
// What happens to a request:
//
//  1. Its shape: the path is /, the method GET or POST, the body at most 1 MiB of
//     application/x-www-form-urlencoded, and query and body together hold at most 1000 parameters. The two
//     count as one set. A name that comes twice, within one of them or over both, is refused
//     (InvalidParameter), because a signature covers each name once and says nothing of the other value.
//  2. The scheme: ACS3-HMAC-SHA256 if the header Authorization begins with ACS3-, or if there is an x-acs-action
//     and no parameter Action, else signature version 1.0. The format: the parameter Format in any case, else for ACS3 what Accept says,
//     JSON where it says neither, and for 1.0 XML.
//  3. Faults on request: see the package fault. Latency, and outcomes that leave the action undone, come here.
//  4. Action: none is InvalidAction.NotFound; Version: none is MissingParameter, any other than
//     Options.Version InvalidVersion; an Action that is not served InvalidAction.NotFound.
//  5. The common parameters: those that are missing or empty, the first in this order, are MissingParameter:
//     AccessKeyId, Signature, SignatureMethod, SignatureVersion, SignatureNonce, Timestamp; for ACS3 the header
//     Authorization, x-acs-content-sha256, x-acs-signature-nonce, x-acs-date.
//  6. The time: InvalidTimeStamp.Format, or InvalidTimeStamp.Expired if it is off by more than 15 minutes in
//     either direction.
//  7. The key: InvalidAccessKeyId.NotFound, or InvalidAccessKeyId.Inactive if it was revoked. The token, for
//     keys that have one and only for those: MissingSecurityToken, InvalidSecurityToken.MismatchWithAccessKey,
//     InvalidSecurityToken.Expired.
//  8. The signature, in constant time: SignatureDoesNotMatch, whose message ends in the string that the server
//     signed. ACS3: the headers host and every x-acs-* that was sent must be signed, else IncompleteSignature;
//     the body's hash is the server's own.
//  9. The nonce: SignatureNonceUsed if the key signed with it in the last 30 minutes, which is as long as its
//     time can be in the window. Only verified requests are remembered; a key with more than 262144 of them is
//     throttled rather than forgotten.
//  10. The handler. Its answer, or its *Error, is written in the format; see [Object] and [Error].
//
// Errors and answers are
//
//	{"RequestId":"…","HostId":"…","Code":"…","Message":"…","Recommend":"…"}   <Error><RequestId>…</RequestId>…</Error>
//	{"RequestId":"…","FlowLogId":"…"}                                       <CreateFlowLogResponse>…</CreateFlowLogResponse>
//
// Sources: the pages "Request structure", "Signature", "Common parameters" and "Common error codes" of Alibaba
// Cloud's RPC APIs, "Request syntax and signature method V3", and what the official clients send. Codes without
// a common one are readings of this project: InvalidParameter for repeated or broken parameters, 405
// UnsupportedHTTPMethod, 413 RequestEntityTooLarge, 415 UnsupportedMediaType.
package rpc
