// npm's ncalayer-js-client against the emulator.
const assert = require("node:assert/strict");
const { NCALayerClient } = require("ncalayer-js-client");

const { secure, cancelling } = JSON.parse(process.env.EMULATORS);
const data = Buffer.from("Қолтаңба").toString("base64");
const client = (url) => new NCALayerClient(url.replace(/\/$/, ""), false);
const cancelled = (error) => error.canceledByUser === true;

(async () => {
  const signatures = {};
  const layer = client(secure);
  assert.equal(await layer.connect(), "1.4");
  assert.equal(layer.isKmd, false);
  const { basicsStorageAll: all, basicsStoragePKCS12: files, basicsSignerAny: any, basicsSignerTestAny: test } = NCALayerClient;
  const attached = { decode: true, encapsulate: true, digested: false };
  const detached = NCALayerClient.basicsCMSParamsDetachedNoTSP;
  signatures.attached = await layer.basicsSignCMS(all, data, attached, test);
  signatures.detached = await layer.basicsSignCMS(files, data, detached, any);
  [signatures.first, signatures.second] = await layer.basicsSignCMS(all, [data, data], attached, NCALayerClient.basicsSignerSignPerson);
  [signatures.list] = await layer.basicsSign(all, "cms", data, attached, any, "kk");
  await assert.rejects(layer.basicsSignCMS(all, data, NCALayerClient.basicsCMSParamsAttached, any), /time-stamping authority/);
  await assert.rejects(layer.basicsSignXML(all, "<a/>", NCALayerClient.basicsXMLParams, any), /format cms only/);
  await assert.rejects(layer.basicsSignCMS(NCALayerClient.basicsStorageHardware, data, attached, any), cancelled);
  await assert.rejects(layer.basicsSignCMS(all, data, attached, NCALayerClient.basicsSignerSignHead), cancelled);

  assert.deepEqual(await layer.getActiveTokens(), []);
  const info = await layer.getKeyInfo(NCALayerClient.fileStorageType);
  assert.equal(info.subjectCn, "ҮЛГІЛІ АЙДОС");
  assert.match(info.certNotAfter, /^\d{13}$/);
  await layer.changeLocale("ru");
  signatures.common = await layer.createCAdESFromBase64("PKCS12", data, "SIGNATURE", true);
  signatures.commonDetached = await layer.createCAdESFromBase64("PKCS12", data);
  await assert.rejects(layer.createCAdESFromBase64("PKCS12", data, "SIGNATURE", "true"), /argument type mismatch/);
  await assert.rejects(layer.createCMSSignatureFromBase64("PKCS12", data, "SIGNATURE", true), /time-stamping authority/);
  await assert.rejects(layer.getKeyInfo("AKKaztokenStore"), /storage\.empty/);

  const refusing = client(cancelling);
  await refusing.connect();
  await assert.rejects(refusing.basicsSignCMS(all, data, attached, any), cancelled);
  await assert.rejects(refusing.createCAdESFromBase64("PKCS12", data), /action\.canceled/);
  console.log(JSON.stringify(signatures));
  process.exit(0);
})();
