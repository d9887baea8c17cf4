'use strict';

// Makes the calls that a test asks for, by the official clients, and prints what became of them.
//
// Reads a line of JSON a call from standard input: {client, endpoint, keys: {id, secret, token}, action,
// parameters}; writes a line of JSON for each: {status, code, message, body}.

const readline = require('readline');
const PopCore = require('@alicloud/pop-core');
const OpenApi = require('@alicloud/openapi-client');
const { RuntimeOptions } = require('@alicloud/tea-util');

const VERSION = '2018-03-13';

// popCore signs by RPC 1.0, in the query (GET) or in a form (POST).
async function popCore(method, call) {
  const client = new PopCore({
    endpoint: `http://${call.endpoint}`,
    apiVersion: VERSION,
    accessKeyId: call.keys.id,
    accessKeySecret: call.keys.secret,
    securityToken: call.keys.token,
  }, true);
  try {
    const [body, entry] = await client.request(call.action, call.parameters, { method, timeout: 10000 });
    return { status: entry.response.statusCode, body };
  } catch (err) {
    if (!err.data) {
      throw err;
    }
    return { status: err.entry.response.statusCode, code: err.code, message: err.data.Message, body: err.data };
  }
}

// openApi signs by ACS3-HMAC-SHA256, or with the algorithm v2 by RPC 1.0.
async function openApi(method, signatureAlgorithm, place, call) {
  const client = new OpenApi.default(new OpenApi.Config({
    endpoint: call.endpoint,
    protocol: 'http',
    accessKeyId: call.keys.id,
    accessKeySecret: call.keys.secret,
    securityToken: call.keys.token,
    signatureAlgorithm,
  }));
  const params = new OpenApi.Params({
    action: call.action, version: VERSION, protocol: 'http', pathname: '/', method,
    authType: 'AK', style: 'RPC', reqBodyType: 'formData', bodyType: 'json',
  });
  const request = new OpenApi.OpenApiRequest({ [place]: call.parameters });
  try {
    const answer = await client.callApi(params, request, new RuntimeOptions({ autoretry: false, readTimeout: 10000 }));
    return { status: answer.statusCode || 200, body: answer.body };
  } catch (err) {
    if (!err.data) {
      throw err;
    }
    return { status: err.data.statusCode, code: err.code, message: err.data.Message, body: err.data };
  }
}

const clients = {
  'pop-core GET': (call) => popCore('GET', call),
  'pop-core POST': (call) => popCore('POST', call),
  'openapi-client ACS3 GET': (call) => openApi('GET', undefined, 'query', call),
  'openapi-client ACS3 POST query': (call) => openApi('POST', undefined, 'query', call),
  'openapi-client ACS3 POST form': (call) => openApi('POST', undefined, 'body', call),
  'openapi-client RPC POST query': (call) => openApi('POST', 'v2', 'query', call),
  'openapi-client RPC POST form': (call) => openApi('POST', 'v2', 'body', call),
};

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const call = JSON.parse(line);
    let result;
    try {
      result = await clients[call.client](call);
    } catch (err) {
      result = { code: 'client', message: String(err && err.message) };
    }
    process.stdout.write(JSON.stringify(result) + '\n');
  }
  process.exit(0); // clients keep connections open
}

main();
