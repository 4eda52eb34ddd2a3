/** Escapes in a row, escaped again or not; characters that nothing escapes; or one as it is. */function stryNS_9fa48() {
  var g = typeof globalThis === 'object' && globalThis && globalThis.Math === Math && globalThis || new Function("return this")();
  var ns = g.__stryker__ || (g.__stryker__ = {});
  if (ns.activeMutant === undefined && g.process && g.process.env && g.process.env.__STRYKER_ACTIVE_MUTANT__) {
    ns.activeMutant = g.process.env.__STRYKER_ACTIVE_MUTANT__;
  }
  function retrieveNS() {
    return ns;
  }
  stryNS_9fa48 = retrieveNS;
  return retrieveNS();
}
stryNS_9fa48();
function stryCov_9fa48() {
  var ns = stryNS_9fa48();
  var cov = ns.mutantCoverage || (ns.mutantCoverage = {
    static: {},
    perTest: {}
  });
  function cover() {
    var c = cov.static;
    if (ns.currentTestId) {
      c = cov.perTest[ns.currentTestId] = cov.perTest[ns.currentTestId] || {};
    }
    var a = arguments;
    for (var i = 0; i < a.length; i++) {
      c[a[i]] = (c[a[i]] || 0) + 1;
    }
  }
  stryCov_9fa48 = cover;
  cover.apply(null, arguments);
}
function stryMutAct_9fa48(id) {
  var ns = stryNS_9fa48();
  function isActive(id) {
    if (ns.activeMutant === id) {
      if (ns.hitCount !== void 0 && ++ns.hitCount > ns.hitLimit) {
        throw new Error('Stryker: Hit count limit reached (' + ns.hitCount + ')');
      }
      return true;
    }
    return false;
  }
  stryMutAct_9fa48 = isActive;
  return isActive(id);
}
const pieces = stryMutAct_9fa48("254") ? /(?:%(?:25)*[\da-f]{2})+|(?:\\{1,8}u[\da-f]{4})+|\\x[\da-f]{2}|[\W :/.-]+|./gisu : stryMutAct_9fa48("253") ? /(?:%(?:25)*[\da-f]{2})+|(?:\\{1,8}u[\da-f]{4})+|\\x[\da-f]{2}|[^\w :/.-]+|./gisu : stryMutAct_9fa48("252") ? /(?:%(?:25)*[\da-f]{2})+|(?:\\{1,8}u[\da-f]{4})+|\\x[\da-f]{2}|[\w :/.-]|./gisu : stryMutAct_9fa48("251") ? /(?:%(?:25)*[\da-f]{2})+|(?:\\{1,8}u[\da-f]{4})+|\\x[\Da-f]{2}|[\w :/.-]+|./gisu : stryMutAct_9fa48("250") ? /(?:%(?:25)*[\da-f]{2})+|(?:\\{1,8}u[\da-f]{4})+|\\x[^\da-f]{2}|[\w :/.-]+|./gisu : stryMutAct_9fa48("249") ? /(?:%(?:25)*[\da-f]{2})+|(?:\\{1,8}u[\da-f]{4})+|\\x[\da-f]|[\w :/.-]+|./gisu : stryMutAct_9fa48("248") ? /(?:%(?:25)*[\da-f]{2})+|(?:\\{1,8}u[\Da-f]{4})+|\\x[\da-f]{2}|[\w :/.-]+|./gisu : stryMutAct_9fa48("247") ? /(?:%(?:25)*[\da-f]{2})+|(?:\\{1,8}u[^\da-f]{4})+|\\x[\da-f]{2}|[\w :/.-]+|./gisu : stryMutAct_9fa48("246") ? /(?:%(?:25)*[\da-f]{2})+|(?:\\{1,8}u[\da-f])+|\\x[\da-f]{2}|[\w :/.-]+|./gisu : stryMutAct_9fa48("245") ? /(?:%(?:25)*[\da-f]{2})+|(?:\\u[\da-f]{4})+|\\x[\da-f]{2}|[\w :/.-]+|./gisu : stryMutAct_9fa48("244") ? /(?:%(?:25)*[\da-f]{2})+|(?:\\{1,8}u[\da-f]{4})|\\x[\da-f]{2}|[\w :/.-]+|./gisu : stryMutAct_9fa48("243") ? /(?:%(?:25)*[\Da-f]{2})+|(?:\\{1,8}u[\da-f]{4})+|\\x[\da-f]{2}|[\w :/.-]+|./gisu : stryMutAct_9fa48("242") ? /(?:%(?:25)*[^\da-f]{2})+|(?:\\{1,8}u[\da-f]{4})+|\\x[\da-f]{2}|[\w :/.-]+|./gisu : stryMutAct_9fa48("241") ? /(?:%(?:25)*[\da-f])+|(?:\\{1,8}u[\da-f]{4})+|\\x[\da-f]{2}|[\w :/.-]+|./gisu : stryMutAct_9fa48("240") ? /(?:%(?:25)[\da-f]{2})+|(?:\\{1,8}u[\da-f]{4})+|\\x[\da-f]{2}|[\w :/.-]+|./gisu : stryMutAct_9fa48("239") ? /(?:%(?:25)*[\da-f]{2})|(?:\\{1,8}u[\da-f]{4})+|\\x[\da-f]{2}|[\w :/.-]+|./gisu : (stryCov_9fa48("239", "240", "241", "242", "243", "244", "245", "246", "247", "248", "249", "250", "251", "252", "253", "254"), /(?:%(?:25)*[\da-f]{2})+|(?:\\{1,8}u[\da-f]{4})+|\\x[\da-f]{2}|[\w :/.-]+|./gisu);

/**
 * Takes every secret out of a text, however often it was escaped for an address, a form, JSON or a log. Its time grows
 * with the length of the text and no faster: a server may have written it.
 */
export function strike(text: string, secrets: readonly string[]): string {
  if (stryMutAct_9fa48("255")) {
    {}
  } else {
    stryCov_9fa48("255");
    const spans: (readonly [start: number, end: number])[] = stryMutAct_9fa48("256") ? ["Stryker was here"] : (stryCov_9fa48("256"), []);
    const find = (within: string, secret: string, spanOf: (from: number, to: number) => readonly [number, number]): void => {
      if (stryMutAct_9fa48("257")) {
        {}
      } else {
        stryCov_9fa48("257");
        if (stryMutAct_9fa48("260") ? secret !== '' : stryMutAct_9fa48("259") ? false : stryMutAct_9fa48("258") ? true : (stryCov_9fa48("258", "259", "260"), secret === (stryMutAct_9fa48("261") ? "Stryker was here!" : (stryCov_9fa48("261"), '')))) return;
        for (let at = within.indexOf(secret); stryMutAct_9fa48("264") ? at < 0 : stryMutAct_9fa48("263") ? at > 0 : stryMutAct_9fa48("262") ? false : (stryCov_9fa48("262", "263", "264"), at >= 0); at = within.indexOf(secret, stryMutAct_9fa48("265") ? at - secret.length : (stryCov_9fa48("265"), at + secret.length))) {
          if (stryMutAct_9fa48("266")) {
            {}
          } else {
            stryCov_9fa48("266");
            spans.push(spanOf(at, stryMutAct_9fa48("267") ? at - secret.length : (stryCov_9fa48("267"), at + secret.length)));
          }
        }
      }
    };
    let bare: Bare | undefined;
    for (const secret of new Set(secrets)) {
      if (stryMutAct_9fa48("268")) {
        {}
      } else {
        stryCov_9fa48("268");
        // No form of a secret is shorter than itself: a long body is not looked for in a short message.
        if (stryMutAct_9fa48("272") ? secret.length <= text.length : stryMutAct_9fa48("271") ? secret.length >= text.length : stryMutAct_9fa48("270") ? false : stryMutAct_9fa48("269") ? true : (stryCov_9fa48("269", "270", "271", "272"), secret.length > text.length)) continue;
        find(text, secret, stryMutAct_9fa48("273") ? () => undefined : (stryCov_9fa48("273"), (from, to) => stryMutAct_9fa48("274") ? [] : (stryCov_9fa48("274"), [from, to])));
        stryMutAct_9fa48("275") ? bare &&= unescaped(text) : (stryCov_9fa48("275"), bare ??= unescaped(text));
        const {
          letters,
          starts,
          ends
        } = bare;
        find(letters, unescaped(secret).letters, stryMutAct_9fa48("276") ? () => undefined : (stryCov_9fa48("276"), (from, to) => stryMutAct_9fa48("277") ? [] : (stryCov_9fa48("277"), [starts[from] as number, ends[to - 1] as number])));
      }
    }
    let clean = stryMutAct_9fa48("278") ? "Stryker was here!" : (stryCov_9fa48("278"), '');
    let done = 0;
    for (const [start, end] of stryMutAct_9fa48("279") ? spans : (stryCov_9fa48("279"), spans.sort(stryMutAct_9fa48("280") ? () => undefined : (stryCov_9fa48("280"), (a, b) => stryMutAct_9fa48("281") ? a[0] + b[0] : (stryCov_9fa48("281"), a[0] - b[0]))))) {
      if (stryMutAct_9fa48("282")) {
        {}
      } else {
        stryCov_9fa48("282");
        if (stryMutAct_9fa48("286") ? start < done : stryMutAct_9fa48("285") ? start > done : stryMutAct_9fa48("284") ? false : stryMutAct_9fa48("283") ? true : (stryCov_9fa48("283", "284", "285", "286"), start >= done)) clean += stryMutAct_9fa48("287") ? `` : (stryCov_9fa48("287"), `${stryMutAct_9fa48("288") ? text : (stryCov_9fa48("288"), text.slice(done, start))}[redacted]`);
        done = stryMutAct_9fa48("289") ? Math.min(done, end) : (stryCov_9fa48("289"), Math.max(done, end));
      }
    }
    return stryMutAct_9fa48("290") ? clean - text.slice(done) : (stryCov_9fa48("290"), clean + (stryMutAct_9fa48("291") ? text : (stryCov_9fa48("291"), text.slice(done))));
  }
}

/** A text without escapes, and where each of its letters was. */
interface Bare {
  readonly letters: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** What is the same for all forms of a text: escapes undone but for their letter, no backslash, no case, no plus. */
function unescaped(text: string): Bare {
  if (stryMutAct_9fa48("292")) {
    {}
  } else {
    stryCov_9fa48("292");
    let letters = stryMutAct_9fa48("293") ? "Stryker was here!" : (stryCov_9fa48("293"), '');
    const starts: number[] = stryMutAct_9fa48("294") ? ["Stryker was here"] : (stryCov_9fa48("294"), []);
    const ends: number[] = stryMutAct_9fa48("295") ? ["Stryker was here"] : (stryCov_9fa48("295"), []);
    for (const {
      0: piece,
      index
    } of text.matchAll(pieces)) {
      if (stryMutAct_9fa48("296")) {
        {}
      } else {
        stryCov_9fa48("296");
        // JSON's own escapes come out alike, whether they were made already or are made here.
        const bare = stryMutAct_9fa48("298") ? JSON.stringify(decode(piece)).replaceAll('\\', '').replaceAll('+', ' ').toLowerCase() : stryMutAct_9fa48("297") ? JSON.stringify(decode(piece)).slice(1, -1).replaceAll('\\', '').replaceAll('+', ' ').toUpperCase() : (stryCov_9fa48("297", "298"), JSON.stringify(decode(piece)).slice(1, stryMutAct_9fa48("299") ? +1 : (stryCov_9fa48("299"), -1)).replaceAll(stryMutAct_9fa48("300") ? "" : (stryCov_9fa48("300"), '\\'), stryMutAct_9fa48("301") ? "Stryker was here!" : (stryCov_9fa48("301"), '')).replaceAll(stryMutAct_9fa48("302") ? "" : (stryCov_9fa48("302"), '+'), stryMutAct_9fa48("303") ? "" : (stryCov_9fa48("303"), ' ')).toLowerCase());
        stryMutAct_9fa48("304") ? letters -= bare : (stryCov_9fa48("304"), letters += bare);
        const asItIs = stryMutAct_9fa48("307") ? bare.length !== piece.length : stryMutAct_9fa48("306") ? false : stryMutAct_9fa48("305") ? true : (stryCov_9fa48("305", "306", "307"), bare.length === piece.length);
        for (let at = 0; stryMutAct_9fa48("310") ? at >= bare.length : stryMutAct_9fa48("309") ? at <= bare.length : stryMutAct_9fa48("308") ? false : (stryCov_9fa48("308", "309", "310"), at < bare.length); stryMutAct_9fa48("311") ? at-- : (stryCov_9fa48("311"), at++)) {
          if (stryMutAct_9fa48("312")) {
            {}
          } else {
            stryCov_9fa48("312");
            starts.push(asItIs ? stryMutAct_9fa48("313") ? index - at : (stryCov_9fa48("313"), index + at) : index);
            ends.push(stryMutAct_9fa48("314") ? index - (asItIs ? at + 1 : piece.length) : (stryCov_9fa48("314"), index + (asItIs ? stryMutAct_9fa48("315") ? at - 1 : (stryCov_9fa48("315"), at + 1) : piece.length)));
          }
        }
      }
    }
    return stryMutAct_9fa48("316") ? {} : (stryCov_9fa48("316"), {
      letters,
      starts,
      ends
    });
  }
}
function decode(piece: string): string {
  if (stryMutAct_9fa48("317")) {
    {}
  } else {
    stryCov_9fa48("317");
    if (stryMutAct_9fa48("321") ? piece.length >= 3 : stryMutAct_9fa48("320") ? piece.length <= 3 : stryMutAct_9fa48("319") ? false : stryMutAct_9fa48("318") ? true : (stryCov_9fa48("318", "319", "320", "321"), piece.length < 3)) return piece;
    if (stryMutAct_9fa48("324") ? piece.endsWith('\\') : stryMutAct_9fa48("323") ? false : stryMutAct_9fa48("322") ? true : (stryCov_9fa48("322", "323", "324"), piece.startsWith(stryMutAct_9fa48("325") ? "" : (stryCov_9fa48("325"), '\\')))) {
      if (stryMutAct_9fa48("326")) {
        {}
      } else {
        stryCov_9fa48("326");
        return piece.replace(stryMutAct_9fa48("331") ? /\\+[ux]([\Da-f]+)/gi : stryMutAct_9fa48("330") ? /\\+[ux]([^\da-f]+)/gi : stryMutAct_9fa48("329") ? /\\+[ux]([\da-f])/gi : stryMutAct_9fa48("328") ? /\\+[^ux]([\da-f]+)/gi : stryMutAct_9fa48("327") ? /\\[ux]([\da-f]+)/gi : (stryCov_9fa48("327", "328", "329", "330", "331"), /\\+[ux]([\da-f]+)/gi), stryMutAct_9fa48("332") ? () => undefined : (stryCov_9fa48("332"), (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))));
      }
    }
    try {
      if (stryMutAct_9fa48("333")) {
        {}
      } else {
        stryCov_9fa48("333");
        return decodeURIComponent(piece.replace(stryMutAct_9fa48("338") ? /%(?:25)+(?=[\Da-f]{2})/gi : stryMutAct_9fa48("337") ? /%(?:25)+(?=[^\da-f]{2})/gi : stryMutAct_9fa48("336") ? /%(?:25)+(?=[\da-f])/gi : stryMutAct_9fa48("335") ? /%(?:25)+(?![\da-f]{2})/gi : stryMutAct_9fa48("334") ? /%(?:25)(?=[\da-f]{2})/gi : (stryCov_9fa48("334", "335", "336", "337", "338"), /%(?:25)+(?=[\da-f]{2})/gi), stryMutAct_9fa48("339") ? "" : (stryCov_9fa48("339"), '%')));
      }
    } catch {
      if (stryMutAct_9fa48("340")) {
        {}
      } else {
        stryCov_9fa48("340");
        return piece;
      }
    }
  }
}