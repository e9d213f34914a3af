// Tests of the browser module with a socket that plays a script. TestModule runs them in Node, beside a copy of the
// module.
import test from "node:test";
import assert from "node:assert/strict";
import { connect, explain, permission, NCALayer, NCALayerError, DEFAULT_URL } from "./ncalayer.mjs";

const GREETING = '{"result":{"version":"1.4"}}';
const PEM = "-----BEGIN CMS-----\nMIIG\nMAA=\n-----END CMS-----\n";
const NO_MODULE = '{"success":false,"errorCode":"MODULE_NOT_FOUND"}';

/** A socket that greets, and answers each request with the next message of a script. */
function play(script, { greeting = GREETING, refuse = false, early = false } = {}) {
  const sent = [];
  return Object.assign(class {
    constructor(url) {
      this.constructor.url = url;
      this.constructor.last = this;
      setTimeout(() => (refuse ? this.onclose({ code: 1006 }) : this.open()));
    }

    open() {
      if (early) {
        this.onopen();
        this.say(greeting); // in one go, before anybody can wait for it
        return;
      }
      this.onopen();
      setTimeout(() => this.say(greeting));
    }

    say(message) {
      for (const data of [message].flat()) {
        if (data === CLOSE) {
          this.onclose({ code: 1006 });
        } else if (data !== undefined && data !== null) {
          this.onmessage({ data });
        }
      }
    }

    send(text) {
      sent.push(JSON.parse(text));
      const next = script.shift();
      setTimeout(() => this.say(next));
    }

    close() {
      this.constructor.closed = true;
    }
  }, { sent });
}

const CLOSE = Symbol("close");

const open = (script, options) => connect({ WebSocket: play(script, options) });
const code = (want) => (error) => {
  assert.ok(error instanceof NCALayerError, String(error));
  assert.equal(error.code, want, error.message);
  return true;
};

test("connects", async () => {
  const socket = play([]);
  const layer = await connect({ WebSocket: socket });
  assert.equal(socket.url, DEFAULT_URL);
  assert.equal(layer.version, "1.4");
  assert.equal(layer.closed, false);
  assert.ok(layer instanceof NCALayer);
  layer.close();
  assert.equal(layer.closed, true);
  assert.equal(socket.closed, true);
  assert.equal((await open([], { early: true })).version, "1.4");
  await assert.rejects(async () => connect({ WebSocket: null }), TypeError);
});

test("tells what keeps it from connecting", async () => {
  await assert.rejects(open([], { refuse: true }), (error) => code("unavailable")(error) && error.closeCode === 1006 && error.permission === "unknown");
  await assert.rejects(open([], { greeting: "hello" }), code("not-ncalayer"));
  await assert.rejects(open([], { greeting: '{"code":"200"}' }), code("not-ncalayer"));
  await assert.rejects(open([], { greeting: CLOSE }), code("not-ncalayer"));
  await assert.rejects(connect({ WebSocket: play([], { greeting: null }), greetingTimeout: 5 }), code("not-ncalayer"));
  const silent = class { close() { this.constructor.closed = true; } };
  await assert.rejects(connect({ WebSocket: silent, connectTimeout: 5 }), code("timeout"));
  assert.equal(silent.closed, true);
  await assert.rejects(connect({ WebSocket: play([]), signal: AbortSignal.abort() }), code("aborted"));
});

test("asks the browser for its permission", async (t) => {
  const answers = (state) => Object.defineProperty(globalThis, "navigator", {
    configurable: true,
    value: { permissions: { query: async ({ name }) => { assert.equal(name, "loopback-network"); return { state }; } } },
  });
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  t.after(() => (before ? Object.defineProperty(globalThis, "navigator", before) : delete globalThis.navigator));
  assert.equal(await permission(), "unknown");
  answers("denied");
  assert.equal(await permission(), "denied");
  await assert.rejects(open([], { refuse: true }), (error) => code("permission-denied")(error) && error.permission === "denied");
  answers("granted");
  await assert.rejects(open([], { refuse: true }), code("unavailable"));
  answers("something new");
  assert.equal(await permission(), "unknown");
  globalThis.isSecureContext = false;
  t.after(() => delete globalThis.isSecureContext);
  await assert.rejects(open([], { refuse: true }), code("insecure-page"));
});

test("signs", async () => {
  const socket = play([
    `{"status":true,"body":{"result":${JSON.stringify([PEM])}}}`,
    `{"status":true,"body":{"result":${JSON.stringify(PEM)}}}`,
    `{"status":true,"body":{"result":{"signatures":["MIIG MAA="],"certificate":"x"}}}`,
    ["--heartbeat--", "{}", '{"status":true,"body":{"result":["MIIG","MIIH"]}}'],
    '{"status":true,"body":{"result":["<a/>"]}}',
  ]);
  const layer = await connect({ WebSocket: socket });
  assert.equal(await layer.sign({ data: "Қол", locale: "ru" }), "MIIGMAA=");
  assert.deepEqual(socket.sent[0], {
    module: "kz.gov.pki.knca.basics", method: "sign", args: {
      format: "cms", data: Buffer.from("Қол").toString("base64"),
      signingParams: { decode: true, encapsulate: true, digested: false },
      signerParams: { extKeyUsageOids: [], iin: "", bin: "", serialNumber: "", chain: null }, locale: "ru",
    },
  });
  assert.equal(await layer.sign({ data: "bG9naW4=", encoding: "base64", encapsulate: false, chain: [], storages: ["PKCS12"], timestamp: true }), "MIIGMAA=");
  const { args } = socket.sent[1];
  assert.equal(args.data, "bG9naW4=", "no Base64 of Base64");
  assert.deepEqual(args.signingParams, { decode: true, encapsulate: false, digested: false, tsaProfile: {} });
  assert.deepEqual(args.allowedStorages, ["PKCS12"]);
  assert.deepEqual(args.signerParams.chain, []);
  assert.equal(args.locale, "kk");
  const octets = Uint8Array.from({ length: 100_000 }, (_, i) => i);
  assert.equal(await layer.sign({ data: octets.subarray(1) }), "MIIGMAA=");
  assert.equal(socket.sent[2].args.data, Buffer.from(octets.subarray(1)).toString("base64"));
  assert.deepEqual(await layer.sign({ data: ["a", new TextEncoder().encode("b").buffer] }), ["MIIG", "MIIH"]);
  assert.deepEqual(socket.sent[3].args.data, ["YQ==", "Yg=="]);
  assert.equal(await layer.sign({ data: "<a/>", format: "xml" }), "<a/>");
  assert.deepEqual(socket.sent[4].args.signingParams, {});
  assert.equal(layer.closed, false);
});

test("falls back to commonUtils", async () => {
  const socket = play([
    NO_MODULE, '{"code":"200","responseObject":[]}', '{"code":"200","responseObject":"MIIG"}',
    NO_MODULE, '{"code":"200","responseObject":["AKKaztokenStore"]}', '{"code":"200","responseObject":"MIIG"}', '{"code":"200","responseObject":"MIIH"}',
    NO_MODULE, '{"code":"200","responseObject":["AKKaztokenStore"]}', '{"code":"500","message":"action.canceled"}',
    NO_MODULE, '{"code":"200","responseObject":"<a/>"}',
    NO_MODULE, NO_MODULE,
  ]);
  const layer = await connect({ WebSocket: socket });
  assert.equal(await layer.sign({ data: "a", keyType: "SIGNATURE" }), "MIIG");
  assert.deepEqual(socket.sent[2], { module: "kz.gov.pki.knca.commonUtils", method: "createCAdESFromBase64", args: ["PKCS12", "SIGNATURE", "YQ==", true] });
  assert.deepEqual(await layer.sign({ data: ["a", "b"], encapsulate: false }), ["MIIG", "MIIH"]);
  assert.deepEqual(socket.sent[5].args, ["AKKaztokenStore", "ANY", "YQ==", false]);
  await assert.rejects(layer.sign({ data: "a", chooseStorage: (names) => names.at(-1) }), code("cancelled"));
  assert.equal(socket.sent[9].args[0], "PKCS12");
  assert.equal(await layer.sign({ data: "<a/>", format: "xml", storages: ["JKS"] }), "<a/>");
  assert.deepEqual(socket.sent[11], { module: "kz.gov.pki.knca.commonUtils", method: "signXml", args: ["JKS", "ANY", "<a/>", "", ""] });
  await assert.rejects(layer.sign({ data: "a", storages: ["PKCS12"] }), code("no-module"));
  assert.equal(layer.closed, false);
});

test("tells how a request failed", async () => {
  for (const [answer, want] of [
    ['{"status":true,"body":{}}', "cancelled"],
    ['{"status":true}', "cancelled"],
    ['{"status":"true","body":{"result":null}}', "cancelled"],
    ['{"status":false,"code":"SIGNING_FAILURE","message":"m","details":"d"}', "failed"],
    ['{"code":"500"}', "failed"],
    ['{"success":false,"errorCode":"COMMON_JSON_WRAPPING_EXCEPTION"}', "failed"],
    [NO_MODULE, "no-module"],
    ["hello", "protocol"],
    ["[]", "protocol"],
    ["null", "protocol"],
    ['{"status":true,"body":{"result":1}}', "protocol"],
    ['{"status":true,"body":{"result":[]}}', "protocol"],
    ['{"status":true,"body":{"result":["MIIG","MIIG"]}}', "protocol"],
    ['{"status":true,"body":{"result":["<script>"]}}', "protocol"],
    ['{"status":true,"body":{"result":[{}]}}', "protocol"],
    ['{"code":"200","responseObject":"MIIG"}', "protocol"],
    [new ArrayBuffer(2), "protocol"],
    [CLOSE, "closed"],
  ]) {
    const layer = await open([answer, answer]);
    await assert.rejects(layer.sign({ data: "a", storages: ["PKCS12"] }), code(want), String(answer));
    assert.equal(layer.closed, ["protocol", "closed"].includes(want), String(answer));
  }
});

test("makes the words of a failure fit to be shown", async () => {
  const layer = await open([JSON.stringify({ status: false, code: "A\nB", message: "x".repeat(9000), details: { toString: 1 } })]);
  await assert.rejects(layer.sign({ data: "a" }), ({ failure }) => {
    assert.deepEqual(failure, { code: "A B", message: "x".repeat(500), details: "" });
    return true;
  });
});

test("has one request at a time, and no late replies", async () => {
  const layer = await open([undefined]);
  const first = layer.sign({ data: "a", timeout: 10 });
  await assert.rejects(layer.sign({ data: "b" }), code("busy"));
  await assert.rejects(first, code("timeout"));
  assert.equal(layer.closed, true);
  await assert.rejects(layer.sign({ data: "c" }), code("closed"));

  const controller = new AbortController();
  const other = await open([undefined]);
  const aborted = other.sign({ data: "a", signal: controller.signal });
  controller.abort();
  await assert.rejects(aborted, code("aborted"));
  assert.equal(other.closed, true);
  const third = await open([]);
  await assert.rejects(third.sign({ data: "a", signal: AbortSignal.abort() }), code("aborted"));
  assert.equal(third.closed, false, "nothing was sent");

  const socket = play([]);
  const unasked = await connect({ WebSocket: socket });
  socket.last.say('{"status":true,"body":{"result":["MIIG"]}}');
  assert.equal(unasked.closed, true, "an answer to nobody could pass for the next one");

  const left = await open([undefined]);
  const leaving = left.sign({ data: "a" });
  left.close();
  await assert.rejects(leaving, code("closed"));
});

test("tells of tokens and keys", async () => {
  const layer = await open(['{"code":"200","responseObject":["AKKaztokenStore"]}', '{"code":"200","responseObject":{"subjectCn":"ТЕСТ","__proto__":{"x":1},"n":1}}', '{"code":"200"}']);
  assert.deepEqual(await layer.activeTokens(), ["AKKaztokenStore"]);
  const info = await layer.keyInfo();
  assert.deepEqual(Object.entries(info), [["subjectCn", "ТЕСТ"]]);
  assert.equal(info.x, undefined);
  await assert.rejects(layer.activeTokens(), code("protocol"));
});

test("refuses mistakes of the caller before anything is sent", async () => {
  const layer = await open([]);
  for (const request of [
    {}, { data: 1 }, { data: [] }, { data: null }, { data: "a", format: "raw" }, { data: "a", encoding: "hex" }, { data: "a!", encoding: "base64" },
    { data: "a", encapsulate: "true" }, { data: "a", storages: [] }, { data: "a", storages: "PKCS12" }, { data: new Uint8Array(1), format: "xml" },
  ]) {
    await assert.rejects(layer.sign(request), TypeError, JSON.stringify(request));
  }
  assert.equal(layer.closed, false);
});

test("explains everything in three languages", () => {
  const codes = ["cancelled", "unavailable", "permission-denied", "insecure-page", "not-ncalayer", "no-module", "failed", "protocol", "closed", "timeout", "aborted", "busy"];
  for (const language of ["kk", "ru", "en"]) {
    const texts = codes.map((c) => explain(new NCALayerError(c, "m"), language));
    assert.equal(new Set(texts).size, codes.length, language);
    assert.ok(texts.every((text) => text.length > 20));
  }
  assert.equal(explain(new NCALayerError("new", "m"), "en"), explain(new NCALayerError("protocol", "m"), "en"));
  assert.equal(explain(new Error("x"), "xx"), explain(new NCALayerError("protocol", "m"), "kk"));
});
