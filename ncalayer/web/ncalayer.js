/**
 * NCALayer in the browser: asks the person at the screen for an electronic signature.
 *
 * NCALayer is a program of the national certification authority on the person's own computer. A page talks to it
 * through a WebSocket on 127.0.0.1; it shows a dialog, the person chooses a key and types its password, the page gets
 * a signature. One ES module, no dependencies, no build step.
 *
 *     import { connect, explain, NCALayerError } from "./ncalayer.js";
 *
 *     const layer = await connect();
 *     try {
 *       const cms = await layer.sign({ data: challenge.text, locale: "ru" }); // Base64 of a CMS, the text inside
 *       await fetch("/login", { method: "POST", body: cms });
 *     } catch (error) {
 *       show(explain(error, "ru")); // error.code === "cancelled" and so on, see below
 *     } finally {
 *       layer.close();
 *     }
 *
 * What is exported:
 *
 *   connect(options?) → Promise<NCALayer>
 *       url              "wss://127.0.0.1:13579/"; an emulator may have a ws:// address
 *       connectTimeout   milliseconds until the socket is open: 120 000, for the browser may ask the person's leave
 *       greetingTimeout  milliseconds from there to the greeting: 15 000
 *       signal           an AbortSignal, for the wait until the greeting
 *       WebSocket        a constructor, for tests; default the browser's
 *
 *   NCALayer
 *       .version                        what the program calls itself, "1.4"; tells nothing certain
 *       .closed                         true once the socket is closed or useless
 *       .sign(request) → Promise<string | string[]>
 *           data          what to sign: a string (signed as its UTF-8 octets), a Uint8Array or an ArrayBuffer;
 *                         or an array of these for several documents in one dialog
 *           encoding      "utf-8"; "base64" says that strings in data are Base64 of what to sign. Not for XML.
 *           format        "cms", or "xml" (then data is the text of an XML document)
 *           encapsulate   true: the data stands in the CMS (attached). A login needs true
 *           storages      null: all; or names, ["PKCS12", "AKKaztokenStore"]
 *           extKeyUsageOids  []: any key; or object identifiers that the certificate must have all
 *           iin, bin, serialNumber  "": offers only keys that match
 *           chain         null: keys of the national authority; []: any key, as test keys need; or PEM texts of CAs
 *           timestamp     false; true asks for a time stamp from the national service
 *           locale        "kk", "ru" or "en"; the program knows the first two, and "en" shows as its default
 *           timeout       milliseconds to wait for the person: 900 000; 0 for no end
 *           signal        an AbortSignal
 *           keyType       for old programs without the module basics: "ANY", "SIGNATURE" or "AUTHENTICATION"
 *           chooseStorage for those too: (names: string[]) => string | Promise<string>, asked where there are several;
 *                         default the first token that is plugged in, else files
 *         gives the Base64 of the DER of the CMS (without PEM lines or line breaks) or the signed XML; an array of them
 *         if data was an array.
 *       .activeTokens(options?) → Promise<string[]>       the hardware storages plugged in; options: timeout, signal
 *       .keyInfo(storage?, options?) → Promise<object>    what the program says of a key that the person chooses
 *       .close()
 *
 *   explain(error, language) → string   a sentence or two for the person at the screen, in "kk", "ru" or "en"
 *   permission() → Promise<"granted" | "denied" | "prompt" | "unknown">   may this page reach programs on this computer?
 *   DEFAULT_URL
 *
 *   NCALayerError extends Error, with
 *       .code
 *           "cancelled"          the person closed the dialog
 *           "unavailable"        the socket did not open. A browser never says why (close code 1006): the program is
 *                                not running, its certificate is not trusted, or the browser forbids it
 *           "permission-denied"  the same, and the browser tells that the person forbade it
 *           "insecure-page"      the same, and the page came over plain HTTP: browsers forbid it those
 *           "not-ncalayer"       something else listens there: no greeting
 *           "no-module"          the program has neither module: very old, or parts are switched off
 *           "failed"             the program answered with a failure: .failure = {code, message, details}, its words
 *           "protocol"           its answer cannot be read
 *           "closed"             the socket closed while the dialog was open, or had been closed before
 *           "timeout"            the time given ran out
 *           "aborted"            the signal was given
 *           "busy"               another request of this socket is open: there is one at a time
 *       .permission   for "unavailable" and "permission-denied": as permission() answers
 *       .closeCode    where the socket closed: its code
 *   Mistakes in the calling code are TypeErrors.
 *
 * After "timeout", "aborted", "protocol" and "closed" the socket is of no more use: its replies carry no number, and a
 * late one would pass for the answer to the next request. Connect again.
 *
 * Whatever comes through the socket is untrusted: any program can listen on that port, extensions put themselves in
 * between, and keyInfo is public data that proves nothing. Send the CMS to your server and believe what the server
 * verified. Put nothing that came from here into innerHTML.
 *
 * Content-Security-Policy: connect-src 'self' wss://127.0.0.1:13579
 *
 * @module ncalayer
 */

/** Where NCALayer listens. */
export const DEFAULT_URL = "wss://127.0.0.1:13579/";

const BASICS = "kz.gov.pki.knca.basics";
const COMMON_UTILS = "kz.gov.pki.knca.commonUtils";
const HEARTBEAT = "--heartbeat--";
const FILES = "PKCS12";

const MINUTE = 60_000;
const CONNECT_TIMEOUT = 2 * MINUTE;
const GREETING_TIMEOUT = MINUTE / 4;
const ANSWER_TIMEOUT = 15 * MINUTE;

const MAX_ANSWER = 64 << 20; // characters of one message
const MAX_WORDS = 500; // characters of a text that is shown to people
const MAX_ITEMS = 1000;

/**
 * Permission says what the browser answers to "may this page reach programs on this computer?".
 * @typedef {"granted" | "denied" | "prompt" | "unknown"} Permission
 */

/**
 * Failure is how NCALayer words one, cut to a length that can be shown.
 * @typedef {{code: string, message: string, details: string}} Failure
 */

/**
 * Document is something to sign; a string is signed as its UTF-8 octets unless the request says otherwise.
 * @typedef {string | Uint8Array | ArrayBuffer} Document
 */

/** NCALayerError is every error of this module but mistakes of the caller; see the list of codes above. */
export class NCALayerError extends Error {
  /**
   * @param {string} code
   * @param {string} message for logs, in English
   * @param {{failure?: Failure, permission?: Permission, closeCode?: number}} [more]
   */
  constructor(code, message, more = {}) {
    super(message);
    this.name = "NCALayerError";
    this.code = code;
    Object.assign(this, more);
  }
}

/**
 * connect opens the socket and waits for the greeting.
 *
 * @param {object} [options]
 * @param {string} [options.url]
 * @param {number} [options.connectTimeout] milliseconds
 * @param {number} [options.greetingTimeout] milliseconds
 * @param {AbortSignal} [options.signal]
 * @param {typeof globalThis.WebSocket} [options.WebSocket]
 * @returns {Promise<NCALayer>}
 * @throws {NCALayerError} "unavailable", "permission-denied", "insecure-page", "not-ncalayer", "timeout", "aborted"
 */
export function connect(options = {}) {
  return NCALayer.connect(options);
}

/**
 * permission asks the browser whether this page may open connections to programs on this computer (Chromium asks the
 * person since version 147). It never rejects; "unknown" is the answer of browsers that do not ask.
 *
 * @returns {Promise<Permission>}
 */
export async function permission() {
  try {
    const { state } = await globalThis.navigator.permissions.query({ name: "loopback-network" });
    return ["granted", "denied", "prompt"].includes(state) ? state : "unknown";
  } catch {
    return "unknown";
  }
}

/** unavailable finds out what can be known about a socket that did not open. */
async function unavailable(closeCode) {
  const state = await permission();
  const more = { permission: state, closeCode };
  if (state === "denied") {
    return new NCALayerError("permission-denied", "ncalayer: the browser forbids this page to reach programs on this computer", more);
  }
  if (globalThis.isSecureContext === false) {
    return new NCALayerError("insecure-page", "ncalayer: the socket did not open, and this page came over plain HTTP", more);
  }
  return new NCALayerError("unavailable", "ncalayer: the socket did not open: the program is not running, its certificate is not trusted, or the browser forbids it", more);
}

/** NCALayer is an open connection, made by {@link connect}. */
export class NCALayer {
  #socket;
  #version = "";
  #closed = false;
  #waiting = null; // what the next message or the end of the socket goes to
  #early = null; // a greeting that came before anybody waited for it

  /** @param {WebSocket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.onopen = () => this.#settle({});
    socket.onmessage = (event) => this.#heard(event.data);
    socket.onerror = () => {}; // a close follows, and says as little
    socket.onclose = (event) => this.#ended(event.code);
  }

  /** connect is the function {@link connect}. */
  static async connect(options) {
    const {
      url = DEFAULT_URL, connectTimeout = CONNECT_TIMEOUT, greetingTimeout = GREETING_TIMEOUT, signal,
      WebSocket = globalThis.WebSocket,
    } = options;
    if (typeof WebSocket !== "function") {
      throw new TypeError("ncalayer: there is no WebSocket here");
    }
    const layer = new NCALayer(new WebSocket(url));
    try {
      await layer.#wait("open", connectTimeout, signal);
      await layer.#greeting(greetingTimeout, signal);
    } catch (error) {
      layer.close();
      throw error.code === "unavailable" ? await unavailable(error.closeCode) : error;
    }
    return layer;
  }

  /** What the program calls its version. */
  get version() {
    return this.#version;
  }

  /** Whether the socket is closed, or of no more use. */
  get closed() {
    return this.#closed;
  }

  /** close ends the connection. An open request fails with the code "closed". */
  close() {
    this.#ended(1000);
    this.#socket.close();
  }

  /**
   * sign asks the person to sign. The request is described at the top of this module.
   *
   * @param {object} request
   * @param {Document | Document[]} request.data
   * @param {"utf-8" | "base64"} [request.encoding]
   * @param {"cms" | "xml"} [request.format]
   * @param {boolean} [request.encapsulate]
   * @param {string[] | null} [request.storages]
   * @param {string[]} [request.extKeyUsageOids]
   * @param {string} [request.iin]
   * @param {string} [request.bin]
   * @param {string} [request.serialNumber]
   * @param {string[] | null} [request.chain]
   * @param {boolean} [request.timestamp]
   * @param {"kk" | "ru" | "en"} [request.locale]
   * @param {number} [request.timeout] milliseconds
   * @param {AbortSignal} [request.signal]
   * @param {"ANY" | "SIGNATURE" | "AUTHENTICATION"} [request.keyType]
   * @param {(names: string[]) => string | Promise<string>} [request.chooseStorage]
   * @returns {Promise<string | string[]>}
   * @throws {NCALayerError}
   */
  async sign(request) {
    const wish = readRequest(request);
    let signatures;
    try {
      signatures = await this.#signBasics(wish);
    } catch (error) {
      if (error.code !== "no-module") {
        throw error;
      }
      signatures = await this.#signCommon(wish);
    }
    const clean = signatures.map((text) => this.#clean(wish.format, text));
    return wish.several ? clean : clean[0];
  }

  /**
   * activeTokens lists the hardware storages that are plugged in. Files ("PKCS12") are never among them.
   *
   * @param {{timeout?: number, signal?: AbortSignal}} [options]
   * @returns {Promise<string[]>}
   */
  async activeTokens(options = {}) {
    const names = await this.#common("getActiveTokens", [], options);
    if (!isList(names)) {
      throw this.#unreadable("a list of storages is expected");
    }
    return names.map(words);
  }

  /**
   * keyInfo lets the person choose a key and gives what the program says of it. It is public data, for display: it
   * proves nothing about the person.
   *
   * @param {string} [storage]
   * @param {{timeout?: number, signal?: AbortSignal}} [options]
   * @returns {Promise<Record<string, string>>}
   */
  async keyInfo(storage = FILES, options = {}) {
    const info = await this.#common("getKeyInfo", [storage], options);
    if (!isObject(info)) {
      throw this.#unreadable("an object about a key is expected");
    }
    const texts = Object.entries(info).filter(([, value]) => typeof value === "string" && value.length < 100_000);
    return Object.assign(Object.create(null), Object.fromEntries(texts.slice(0, MAX_ITEMS)));
  }

  async #greeting(timeout, signal) {
    try {
      this.#version = readGreeting(this.#early ?? await this.#wait("greeting", timeout, signal));
    } catch (error) {
      if (error.code === "aborted") {
        throw error;
      }
      throw new NCALayerError("not-ncalayer", "ncalayer: what listens there sends no greeting", { closeCode: error.closeCode });
    }
  }

  async #signBasics(wish) {
    const body = await this.#exchange({ module: BASICS, method: "sign", args: basicsArguments(wish) }, wish);
    const result = readBasics(body);
    if (result === undefined) {
      throw this.#unreadable("no form of answer that is known");
    }
    if (result.length !== wish.documents.length) {
      throw this.#unreadable(`${wish.documents.length} signatures are expected, ${result.length} came`);
    }
    return result;
  }

  /** The module before basics: one document at a time, and one storage, named beforehand. */
  async #signCommon(wish) {
    if (wish.timestamp && wish.format === "cms") {
      throw new NCALayerError("no-module", "ncalayer: the module that makes time stamps is missing");
    }
    const storage = await this.#chooseStorage(wish);
    const method = wish.format === "xml" ? "signXml" : "createCAdESFromBase64";
    const rest = wish.format === "xml" ? ["", ""] : [wish.encapsulate];
    const signatures = [];
    for (const document of wish.documents) {
      const signature = await this.#common(method, [storage, wish.keyType, document, ...rest], wish);
      if (typeof signature !== "string") {
        throw this.#unreadable("a signature is expected");
      }
      signatures.push(signature);
    }
    return signatures;
  }

  async #chooseStorage(wish) {
    const allowed = (name) => wish.storages === null || wish.storages.includes(name);
    if (wish.storages?.length === 1) {
      return wish.storages[0];
    }
    const names = [...await this.activeTokens(wish), FILES].filter(allowed);
    if (names.length > 1 && wish.chooseStorage) {
      return String(await wish.chooseStorage(names));
    }
    return names[0] ?? wish.storages?.[0] ?? FILES;
  }

  async #common(method, args, options) {
    const request = { module: COMMON_UTILS, method };
    if (args.length > 0) {
      request.args = args;
    }
    return readCommon(await this.#exchange(request, options));
  }

  /** #exchange sends one request and gives the object that answers it. */
  async #exchange(request, { timeout = ANSWER_TIMEOUT, signal } = {}) {
    if (this.#closed) {
      throw new NCALayerError("closed", "ncalayer: the connection is closed");
    }
    if (this.#waiting) {
      throw new NCALayerError("busy", "ncalayer: another request is open");
    }
    if (signal?.aborted) {
      throw new NCALayerError("aborted", "ncalayer: given up by the page");
    }
    const answered = this.#wait("answer", timeout, signal);
    this.#socket.send(JSON.stringify(request));
    return this.#read(await answered);
  }

  #read(text) {
    const object = parse(text);
    if (object === undefined) {
      throw this.#unreadable("a JSON object is expected");
    }
    if (object.errorCode === "MODULE_NOT_FOUND") {
      throw new NCALayerError("no-module", "ncalayer: the program does not have the module");
    }
    const failure = readFailure(object);
    if (failure === "cancelled") {
      throw new NCALayerError("cancelled", "ncalayer: the person cancelled");
    }
    if (failure) {
      throw new NCALayerError("failed", `ncalayer: the program failed: ${failure.code} ${failure.message}`, { failure });
    }
    return object;
  }

  /** #wait gives the next thing that happens on the socket; there is one wait at a time. */
  #wait(what, timeout, signal) {
    return new Promise((resolve, reject) => {
      const waiting = { what, done: () => {} };
      const give = (code, message) => this.#giveUp(new NCALayerError(code, message));
      const abort = () => give("aborted", "ncalayer: given up by the page");
      const timer = timeout > 0 ? setTimeout(give, timeout, "timeout", `ncalayer: no ${what} in ${timeout} ms`) : undefined;
      waiting.done = ({ value, error }) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        error ? reject(error) : resolve(value);
      };
      this.#waiting = waiting;
      signal?.addEventListener("abort", abort);
      if (signal?.aborted) {
        abort();
      }
    });
  }

  #settle(outcome) {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.done(outcome);
  }

  #giveUp(error) {
    this.#settle({ error });
    this.close();
  }

  /** #heard takes one message. Heartbeats and empty objects are no answers; what nobody asked for ends the trust. */
  #heard(data) {
    if (this.#closed) {
      return;
    }
    if (typeof data !== "string" || data.length > MAX_ANSWER) {
      this.#giveUp(new NCALayerError("protocol", "ncalayer: a message is no text, or too long"));
      return;
    }
    const text = data.trim();
    if (text === HEARTBEAT || text === "{}" || text === "") {
      return;
    }
    const state = this.#waiting?.what;
    if (state === "answer" || state === "greeting") {
      this.#settle({ value: text });
    } else if (!this.#version && this.#early === null) {
      this.#early = text;
    } else {
      this.#giveUp(new NCALayerError("protocol", "ncalayer: a message that nobody asked for"));
    }
  }

  #ended(closeCode) {
    this.#closed = true;
    const code = this.#waiting?.what === "open" ? "unavailable" : "closed";
    this.#settle({ error: new NCALayerError(code, `ncalayer: the connection is closed (${closeCode})`, { closeCode }) });
  }

  #unreadable(what) {
    this.close();
    return new NCALayerError("protocol", `ncalayer: the answer cannot be read: ${what}`);
  }

  /** #clean gives the bare Base64 of a CMS, or the XML as it is. */
  #clean(format, text) {
    if (format === "xml") {
      return text;
    }
    const bare = text.replace(/-----(BEGIN|END) (CMS|PKCS7)-----/g, "").replace(/\s/g, "");
    if (!/^MI[A-Za-z0-9+/]+={0,2}$/.test(bare)) {
      throw this.#unreadable("a CMS in PEM or Base64 is expected");
    }
    return bare;
  }
}

/** readRequest fills in what was left out and refuses what cannot be meant. */
function readRequest(request) {
  const wish = {
    encoding: "utf-8", format: "cms", encapsulate: true, storages: null, extKeyUsageOids: [], iin: "", bin: "",
    serialNumber: "", chain: null, timestamp: false, locale: "kk", timeout: ANSWER_TIMEOUT, keyType: "ANY", ...request,
  };
  if (!["cms", "xml"].includes(wish.format)) {
    throw new TypeError('ncalayer: format is "cms" or "xml"');
  }
  if (!["utf-8", "base64"].includes(wish.encoding)) {
    throw new TypeError('ncalayer: encoding is "utf-8" or "base64"');
  }
  if (typeof wish.encapsulate !== "boolean" || typeof wish.timestamp !== "boolean") {
    throw new TypeError("ncalayer: encapsulate and timestamp are booleans");
  }
  if (wish.storages !== null && (!isList(wish.storages) || wish.storages.length === 0)) {
    throw new TypeError("ncalayer: storages is null or a list of names");
  }
  wish.several = Array.isArray(wish.data);
  const documents = wish.several ? wish.data : [wish.data];
  if (documents.length === 0) {
    throw new TypeError("ncalayer: nothing to sign");
  }
  wish.documents = documents.map((document) => readDocument(document, wish));
  return wish;
}

/** readDocument gives what travels: Base64 of the octets, or the text of an XML document. */
function readDocument(document, { format, encoding }) {
  if (format === "xml") {
    if (typeof document !== "string") {
      throw new TypeError("ncalayer: an XML document is a string");
    }
    return document;
  }
  if (typeof document !== "string") {
    return toBase64(document);
  }
  if (encoding === "utf-8") {
    return toBase64(new TextEncoder().encode(document));
  }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(document) || document.length % 4 !== 0) {
    throw new TypeError("ncalayer: data is not Base64");
  }
  return document;
}

function toBase64(document) {
  const octets = ArrayBuffer.isView(document)
    ? new Uint8Array(document.buffer, document.byteOffset, document.byteLength)
    : document instanceof ArrayBuffer ? new Uint8Array(document) : undefined;
  if (octets === undefined) {
    throw new TypeError("ncalayer: data is a string, a Uint8Array, an ArrayBuffer, or an array of these");
  }
  let binary = "";
  for (let i = 0; i < octets.length; i += 0x8000) {
    binary += String.fromCharCode(...octets.subarray(i, i + 0x8000));
  }
  return btoa(binary);
}

/** The one argument of basics.sign. decode is always sent: without it, the Base64 text itself would be signed. */
function basicsArguments(wish) {
  const args = {
    format: wish.format,
    data: wish.several ? wish.documents : wish.documents[0],
    signingParams: {},
    signerParams: {
      extKeyUsageOids: wish.extKeyUsageOids, iin: wish.iin, bin: wish.bin, serialNumber: wish.serialNumber, chain: wish.chain,
    },
    locale: wish.locale === "ru" ? "ru" : "kk",
  };
  if (wish.storages !== null) {
    args.allowedStorages = wish.storages;
  }
  if (wish.format === "cms") {
    args.signingParams = { decode: true, encapsulate: wish.encapsulate, digested: false };
  }
  if (wish.timestamp) {
    args.signingParams.tsaProfile = {};
  }
  return args;
}

function readGreeting(text) {
  const version = parse(text)?.result?.version;
  if (typeof version !== "string" && typeof version !== "number") {
    throw new NCALayerError("not-ncalayer", "ncalayer: no greeting");
  }
  return words(version) || "?";
}

/** readFailure gives the failure that an answer tells, "cancelled", or undefined for none. */
function readFailure(object) {
  if (Object.hasOwn(object, "status")) {
    if (!isTrue(object.status)) {
      return failureOf(object.code, object);
    }
    return object.body?.result === undefined || object.body.result === null ? "cancelled" : undefined;
  }
  if (Object.hasOwn(object, "code")) {
    if (String(object.code) === "200") {
      return undefined;
    }
    return object.message === "action.canceled" ? "cancelled" : failureOf(object.code, object);
  }
  if (Object.hasOwn(object, "errorCode") && object.errorCode !== "NONE") {
    return failureOf(object.errorCode, object);
  }
  return undefined;
}

const failureOf = (code, { message, details }) => ({ code: words(code), message: words(message), details: words(details) });

/** readBasics gives the signatures: versions answer with a text, a list, or an object that has them. */
function readBasics(object) {
  let result = object.body?.result;
  if (isObject(result)) {
    result = result.signatures;
  }
  if (typeof result === "string") {
    result = [result];
  }
  return isList(result) ? result : undefined;
}

function readCommon(object) {
  return object.responseObject;
}

/** parse gives a JSON object, or undefined. */
function parse(text) {
  try {
    const value = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isList = (value) => Array.isArray(value) && value.length <= MAX_ITEMS && value.every((item) => typeof item === "string");
const isTrue = (value) => value === true || value === "true";

/** words makes a text from outside fit to be shown: a short line without control characters. */
function words(value) {
  if (typeof value !== "string" && typeof value !== "number") {
    return "";
  }
  return String(value).slice(0, MAX_WORDS).replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim();
}

/**
 * explain says to the person at the screen what happened and what to do about it. The answer is plain text; of what
 * NCALayer said it repeats nothing.
 *
 * @param {unknown} error
 * @param {"kk" | "ru" | "en"} [language]
 * @returns {string}
 */
export function explain(error, language = "kk") {
  const code = error instanceof NCALayerError ? error.code : "protocol";
  const texts = TEXTS[code] ?? TEXTS.protocol;
  return texts[language] ?? texts.kk;
}

const TEXTS = {
  "cancelled": {
    kk: "Қол қою тоқтатылды. Жалғастыру үшін қайта бастаңыз.",
    ru: "Подписание отменено. Чтобы продолжить, начните снова.",
    en: "Signing was cancelled. Start again to go on.",
  },
  "unavailable": {
    kk: "NCALayer бағдарламасымен байланыс жоқ. Оның іске қосылғанын тексеріңіз. Іске қосылған болса, https://127.0.0.1:13579/ мекенжайын жаңа бетте ашыңыз: браузер ескерту көрсетсе, NCALayer сертификаты орнатылмаған. Браузер жергілікті бағдарламаларға қосылуға рұқсат сұраса, рұқсат беріңіз.",
    ru: "Нет связи с программой NCALayer. Проверьте, что она запущена. Если запущена, откройте https://127.0.0.1:13579/ в новой вкладке: если браузер показывает предупреждение, сертификат NCALayer не установлен. Если браузер спрашивает разрешение на подключение к программам на этом компьютере, разрешите.",
    en: "NCALayer cannot be reached. Check that it is running. If it is, open https://127.0.0.1:13579/ in a new tab: a warning there means that the certificate of NCALayer is not installed. If the browser asks for permission to connect to programs on this computer, allow it.",
  },
  "permission-denied": {
    kk: "Браузер бұл сайтқа осы компьютердегі бағдарламаларға қосылуға тыйым салып тұр. Мекенжай жолағындағы сайт параметрлерінен рұқсат беріп, бетті жаңартыңыз.",
    ru: "Браузер запрещает этому сайту подключаться к программам на этом компьютере. Разрешите это в настройках сайта (значок слева от адреса) и обновите страницу.",
    en: "The browser forbids this site to connect to programs on this computer. Allow it in the site settings (the icon left of the address) and reload the page.",
  },
  "insecure-page": {
    kk: "NCALayer бағдарламасымен байланыс жоқ. Бұл бет қорғалмаған байланыспен ашылған, ал браузер ондай беттерге рұқсат бермейді: https:// арқылы ашыңыз.",
    ru: "Нет связи с NCALayer. Страница открыта по незащищённому соединению, а таким браузер это не разрешает: откройте её через https://.",
    en: "NCALayer cannot be reached. This page was opened over an insecure connection, for which the browser does not allow it: open it through https://.",
  },
  "not-ncalayer": {
    kk: "NCALayer орнында басқа бағдарлама жауап береді немесе NCALayer дайын емес. Оны қайта іске қосыңыз.",
    ru: "Вместо NCALayer отвечает другая программа, или NCALayer ещё не готов. Перезапустите его.",
    en: "Another program answers in place of NCALayer, or NCALayer is not ready. Restart it.",
  },
  "no-module": {
    kk: "NCALayer нұсқасы тым ескі немесе қажетті модулі өшірілген. Оны https://ncl.pki.gov.kz/ сайтынан жаңартыңыз.",
    ru: "Версия NCALayer слишком старая, или нужный модуль отключён. Обновите его с сайта https://ncl.pki.gov.kz/.",
    en: "NCALayer is too old, or the module needed is switched off. Update it from https://ncl.pki.gov.kz/.",
  },
  "failed": {
    kk: "NCALayer қол қоя алмады. Кілтті, құпиясөзді және кілт мерзімін тексеріп, қайталап көріңіз.",
    ru: "NCALayer не смог подписать. Проверьте ключ, пароль и срок действия ключа и попробуйте снова.",
    en: "NCALayer could not sign. Check the key, its password and its validity, and try again.",
  },
  "protocol": {
    kk: "NCALayer жауабы түсініксіз. Оны жаңартып, қайталап көріңіз.",
    ru: "Ответ NCALayer непонятен. Обновите его и попробуйте снова.",
    en: "The answer of NCALayer cannot be understood. Update it and try again.",
  },
  "closed": {
    kk: "NCALayer байланысты үзді. Оның іске қосылғанын тексеріп, қайталап көріңіз.",
    ru: "NCALayer разорвал соединение. Проверьте, что он запущен, и попробуйте снова.",
    en: "NCALayer closed the connection. Check that it is running and try again.",
  },
  "timeout": {
    kk: "Күту уақыты бітті. Қайта бастаңыз.",
    ru: "Время ожидания истекло. Начните снова.",
    en: "The time ran out. Start again.",
  },
  "aborted": {
    kk: "Бет қол қоюды тоқтатты. Жалғастыру үшін қайта бастаңыз.",
    ru: "Подписание прервано. Чтобы продолжить, начните снова.",
    en: "Signing was stopped. Start again to go on.",
  },
  "busy": {
    kk: "NCALayer терезесі ашық. Алдымен сол терезедегі сұраққа жауап беріңіз.",
    ru: "Окно NCALayer уже открыто. Сначала ответьте в нём.",
    en: "A window of NCALayer is open already. Answer it first.",
  },
};
