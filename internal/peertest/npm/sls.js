'use strict';

// Makes the calls that a test asks for, by the official npm client of Log Service, and prints what became of them.
//
// Reads a line of JSON a call from standard input: {address, endpoint, keys: {id, secret, token}, action, arguments};
// writes a line of JSON for each: {body} or {code, message, requestid}. action is a method of the client, arguments
// are its own; those of a time are {date: SECONDS}. All connections go to address, HOST:PORT, whatever the endpoint.

const http = require('http');
const net = require('net');
const readline = require('readline');
const Client = require('@alicloud/log');

// dialing is an agent whose connections all go to one address.
function dialing(address) {
  const at = address.lastIndexOf(':');
  const agent = new http.Agent({ keepAlive: false });
  agent.createConnection = () => net.connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)) });
  return agent;
}

function argument(value) {
  return value && value.date !== undefined ? new Date(value.date * 1000) : value;
}

async function make(call) {
  const client = new Client({
    endpoint: call.endpoint,
    accessKeyId: call.keys.id,
    accessKeySecret: call.keys.secret,
    securityToken: call.keys.token,
  });
  const options = { agent: dialing(call.address), timeout: 10000 };
  try {
    return { body: await client[call.action](...call.arguments.map(argument), options) };
  } catch (err) {
    if (!err.code) {
      throw err;
    }
    return { code: err.code, message: err.message, requestid: err.requestid };
  }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await make(JSON.parse(line))) + '\n');
  }
}

main().catch((err) => {
  process.stderr.write(`${err.stack}\n`);
  process.exit(1);
});
