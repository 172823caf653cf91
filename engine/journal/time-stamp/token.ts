/**
 * Whether a time stamp token (RFC 3161 section 2.4.2, a CMS SignedData of RFC 5652) says that given bytes existed at
 * its time, by the word of an authority that the reader trusts.
 */
import { ObjectIdentifier, OctetString, Sequence, fromBER } from 'asn1js';
import type { BaseBlock } from 'asn1js';
import { Certificate, ContentInfo, SignedData, TSTInfo, getCrypto } from 'pkijs';
import type { Attribute, SignerInfo } from 'pkijs';
import { sameBytes, toHex } from '../bytes.js';
import { chainProblem, isSame, nameOf, readCertificates, timeStampingProblem } from './certificates.js';
import { SHA_256, nonceNumber } from './request.js';

/** What a time stamp is judged by. */
export interface TimeStampQuestion {
  /** The bytes that were stamped. */
  readonly stamped: Uint8Array;
  /** PEM: certificates of the authority, or of those that certify it. */
  readonly certificates: string;
  /** The nonce of the request; absent where the request is not known any more. */
  readonly nonce?: Uint8Array;
}

/** What a time stamp that holds says. */
export interface TimeStamp {
  readonly at: Date;
  /** The authority, by the name in its certificate. */
  readonly authority: string;
  /** Its number among the stamps of the authority, in hexadecimal. */
  readonly serial: string;
}

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';

/** Hashes that a signature may be made over. */
const HASHES: Readonly<Record<string, string>> = {
  [SHA_256]: 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
};
/** The part of WebCrypto that is used here: the engine is compiled without the types of browsers. */
interface Digests {
  digest(algorithm: string, bytes: ArrayBuffer): Promise<ArrayBuffer>;
}

/** RSA with the hash named beside it, RSASSA-PSS, and RSA and ECDSA with SHA-256 to SHA-512. */
const SIGNATURES = new Set([
  '1.2.840.113549.1.1.1',
  '1.2.840.113549.1.1.10',
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
]);
/** A token with more certificates is not looked at: each costs a signature or more. */
const MOST_CERTIFICATES = 32;

/** Checks a token in DER. Throws where it proves nothing, saying why. */
export async function checkTimeStamp(token: Uint8Array, question: TimeStampQuestion): Promise<TimeStamp> {
  // Browsers have it on pages of HTTPS and of this machine alone.
  if (!(getCrypto()?.subtle as object | undefined)) {
    throw new Error('this page was not loaded over HTTPS, and the browser checks no such signature then');
  }
  const trusted = readCertificates(question.certificates);
  const signed = readToken(token);
  const [signer, ...more] = signed.signerInfos;
  if ((signer as SignerInfo | undefined) === undefined || more.length > 0) {
    throw new Error('the token has not one signature');
  }
  const info = readInfo(signed);
  checkImprint(info, question);

  const others = certificatesOf(signed);
  // An authority may leave its certificate out; then it is among those that are trusted.
  signed.certificates = [...others, ...trusted];
  checkAlgorithms(signer);
  const { signatureVerified, signerCertificate } = await signed
    .verify({ signer: 0, data: Uint8Array.from(question.stamped).buffer, extendedMode: true })
    .catch((error: unknown) => {
      throw new Error(reason(error), { cause: error });
    });
  if (signatureVerified !== true || !signerCertificate) throw new Error('the signature is wrong');
  await checkSignedAttributes(signer, signerCertificate);
  const use = timeStampingProblem(signerCertificate);
  if (use !== undefined) throw new Error(`the certificate of ${nameOf(signerCertificate)} ${use}`);
  const chain = await chainProblem(signerCertificate, { trusted, others, at: info.genTime });
  if (chain !== undefined) throw new Error(`signed by ${nameOf(signerCertificate)}: ${chain}`);
  return {
    at: info.genTime,
    authority: nameOf(signerCertificate),
    serial: toHex(info.serialNumber.valueBlock.valueHexView),
  };
}

function readToken(token: Uint8Array): SignedData {
  const { offset, result } = fromBER(token);
  try {
    if (offset !== token.length) throw new Error('its length is wrong');
    const content = new ContentInfo({ schema: result });
    if (content.contentType !== SIGNED_DATA) throw new Error('it is not signed');
    return new SignedData({ schema: content.content });
  } catch (error) {
    throw new Error(`it is no time stamp token: ${reason(error)}`, { cause: error });
  }
}

function readInfo({ encapContentInfo: { eContentType, eContent } }: SignedData): TSTInfo {
  if (eContentType !== TST_INFO || !eContent) throw new Error('what is signed is no time stamp');
  const info = TSTInfo.fromBER(eContent.getValue());
  if (info.version !== 1) throw new Error(`the time stamp is of version ${info.version}, which is not known`);
  return info;
}

function checkImprint({ messageImprint, nonce }: TSTInfo, question: TimeStampQuestion): void {
  // That the hash is the one of the stamped bytes is checked with the signature.
  if (messageImprint.hashAlgorithm.algorithmId !== SHA_256) throw new Error('the stamped hash is no SHA-256');
  if (question.nonce !== undefined && !nonce?.isEqual(nonceNumber(question.nonce))) {
    throw new Error('the nonce is not the one of the request: the time stamp may be an old one');
  }
}

function certificatesOf({ certificates }: SignedData): Certificate[] {
  const found = (certificates ?? []).filter((one) => one instanceof Certificate);
  if (found.length > MOST_CERTIFICATES) throw new Error(`it has more than ${MOST_CERTIFICATES} certificates`);
  return found.filter((one, at) => found.findIndex((other) => isSame(one, other)) === at);
}

function checkAlgorithms({ digestAlgorithm, signatureAlgorithm }: SignerInfo): void {
  if (!Object.hasOwn(HASHES, digestAlgorithm.algorithmId)) {
    throw new Error(
      `it is signed over hash ${digestAlgorithm.algorithmId}, which proves nothing or is not known`,
    );
  }
  if (!SIGNATURES.has(signatureAlgorithm.algorithmId)) {
    throw new Error(`its signature is of kind ${signatureAlgorithm.algorithmId}, which is not known`);
  }
}

/** The attributes must say that a time stamp was signed (RFC 5652 11.1), and with which certificate (RFC 5035). */
async function checkSignedAttributes(signer: SignerInfo, certificate: Certificate): Promise<void> {
  const attributes = signer.signedAttrs?.attributes ?? [];
  const types = attributes.map(({ type }) => type);
  if (new Set(types).size < types.length) throw new Error('a signed attribute is there twice');
  const find = (type: string): Attribute | undefined =>
    attributes.find((attribute) => attribute.type === type);
  const contentType = (find(CONTENT_TYPE)?.values as readonly BaseBlock[] | undefined)?.[0];
  if (oidOf(contentType) !== TST_INFO) throw new Error('another kind of content was signed');

  const [newer, older] = [find(SIGNING_CERTIFICATE_V2), find(SIGNING_CERTIFICATE)];
  const named = namedCertificate(newer ?? older, newer ? SHA_256 : undefined);
  if (named === undefined) throw new Error('its signature does not say by which certificate (ESSCertID)');
  const crypto = getCrypto(true) as unknown as Digests;
  const hash = await crypto.digest(named.algorithm, certificate.toSchema().toBER());
  if (!sameBytes(new Uint8Array(hash), named.hash)) {
    throw new Error('it was signed with another certificate than the one in it (ESSCertID)');
  }
}

/** The hash in the first ESSCertID or ESSCertIDv2 of the attribute; `fallback` is what version 2 leaves out. */
function namedCertificate(
  attribute: Attribute | undefined,
  fallback: string | undefined,
): { algorithm: string; hash: Uint8Array } | undefined {
  const first = (block: BaseBlock | undefined): BaseBlock | undefined =>
    block instanceof Sequence ? block.valueBlock.value.at(0) : undefined;
  const id = first(first((attribute?.values as readonly BaseBlock[] | undefined)?.[0]));
  if (!(id instanceof Sequence)) return undefined;
  const hash = id.valueBlock.value.find((part) => part instanceof OctetString);
  if (hash === undefined) return undefined;
  const bytes = hash.valueBlock.valueHexView;
  if (fallback === undefined) return { algorithm: 'SHA-1', hash: bytes };
  const algorithm = HASHES[oidOf(first(first(id))) ?? fallback] as string | undefined;
  return algorithm === undefined ? undefined : { algorithm, hash: bytes };
}

function oidOf(block: BaseBlock | undefined): string | undefined {
  return block instanceof ObjectIdentifier ? block.getValue() : undefined;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
