// Our browser module against the emulator. The module stands beside this file as ncalayer.mjs.
import assert from "node:assert/strict";
import WebSocket from "ws";
import { connect } from "./ncalayer.mjs";

const { secure, cancelling, plain, old } = JSON.parse(process.env.EMULATORS);
const open = (url) => connect({ url, WebSocket });
const code = (want) => (error) => error.code === want;
const signatures = {};

const layer = await open(secure);
assert.equal(layer.version, "1.4");
signatures.attached = await layer.sign({ data: "Қолтаңба", locale: "ru" });
signatures.octets = await layer.sign({ data: new TextEncoder().encode("Қолтаңба"), chain: [] });
signatures.detached = await layer.sign({ data: "Қолтаңба", encapsulate: false });
[signatures.first, signatures.second] = await layer.sign({ data: ["Қолтаңба", "Қолтаңба"] });
await assert.rejects(layer.sign({ data: "x", timestamp: true }), code("failed"));
await assert.rejects(layer.sign({ data: "x", iin: "000000000000" }), code("cancelled"));
await assert.rejects(layer.sign({ data: "<a/>", format: "xml" }), code("failed"));
assert.deepEqual(await layer.activeTokens(), []);
assert.equal((await layer.keyInfo()).subjectCn, "ҮЛГІЛІ АЙДОС");
layer.close();

const other = await open(plain); // the shape of earlier versions
signatures.text = await other.sign({ data: "Қолтаңба" });
other.close();

const refusing = await open(cancelling);
await assert.rejects(refusing.sign({ data: "x" }), code("cancelled"));
await assert.rejects(refusing.keyInfo(), code("cancelled"));
refusing.close();

const aged = await open(old); // without basics
signatures.common = await aged.sign({ data: "Қолтаңба" });
aged.close();

await assert.rejects(open(secure.replace(/:\d+/, ":1")), code("unavailable"));
console.log(JSON.stringify(signatures));
