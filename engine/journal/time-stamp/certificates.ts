/**
 * Certificates of time-stamping authorities (RFC 5280): which the reader trusts, and whether a chain leads from the one
 * that signed to one of them. Chains are walked here and not by the library, whose search does not end where
 * certificates of a hostile token certify each other. What is not understood is refused.
 */
import { BasicConstraints, Certificate, ExtKeyUsage } from 'pkijs';
import { fromBase64 } from '../bytes.js';

/** What a chain of certificates is judged by. */
export interface ChainQuestion {
  readonly trusted: readonly Certificate[];
  /** Certificates that came along and are worth nothing by themselves. */
  readonly others: readonly Certificate[];
  readonly at: Date;
}

const KEY_USAGE = '2.5.29.15';
const BASIC_CONSTRAINTS = '2.5.29.19';
const POLICIES = '2.5.29.32';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

/** Extensions that are judged, or that restrict nothing here. */
const UNDERSTOOD = new Set([KEY_USAGE, BASIC_CONSTRAINTS, POLICIES, EXTENDED_KEY_USAGE]);
const KEY_CERT_SIGN = 0x04;
const DIGITAL_SIGNATURE_OR_COMMITMENT = 0xc0;
/** Signatures over certificates with SHA-1 or older prove nothing. */
const WEAK_SIGNATURES = new Set([
  '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.5',
  '1.2.840.10045.4.1',
  '1.2.840.10040.4.3',
]);
const LONGEST_CHAIN = 8;

/** The certificates of a PEM file. Throws where the text has none, or one that can't be read. */
export function readCertificates(pem: string): readonly Certificate[] {
  const blocks = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)];
  if (blocks.length === 0) throw new Error('it has no "-----BEGIN CERTIFICATE-----"');
  return blocks.map(([, body], at) => {
    const bytes = fromBase64(body.replace(/\s/g, ''));
    try {
      if (bytes === undefined) throw new Error('it is not Base64');
      return Certificate.fromBER(bytes);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`certificate ${at + 1} in it can't be read: ${why}`, { cause: error });
    }
  });
}

/** Whether both are the same certificate, to the byte. */
export function isSame(one: Certificate, other: Certificate): boolean {
  return one.toString('hex') === other.toString('hex');
}

/** The subject of a certificate: its common name, or its organization. */
export function nameOf({ subject }: Certificate): string {
  const valueOf = (type: string): string | undefined =>
    subject.typesAndValues.find((part) => part.type === type)?.value.valueBlock.value;
  return valueOf('2.5.4.3') ?? valueOf('2.5.4.10') ?? 'a nameless authority';
}

/** Why a certificate may not sign time stamps (RFC 3161 section 2.3); undefined where it may. */
export function timeStampingProblem(certificate: Certificate): string | undefined {
  const purposes = certificate.extensions?.find(({ extnID }) => extnID === EXTENDED_KEY_USAGE);
  const found: unknown = purposes?.parsedValue;
  const isOnlyPurpose =
    found instanceof ExtKeyUsage && found.keyPurposes.length === 1 && found.keyPurposes[0] === TIME_STAMPING;
  if (!isOnlyPurpose || purposes?.critical !== true) {
    return 'is not for time stamping alone (critical extended key usage)';
  }
  return allows(certificate, DIGITAL_SIGNATURE_OR_COMMITMENT) ? undefined : 'is not for signing';
}

/** Why no chain leads from `leaf` to a trusted certificate; undefined where one does. Revocation is not asked for. */
export async function chainProblem(
  leaf: Certificate,
  { trusted, others, at }: ChainQuestion,
): Promise<string | undefined> {
  const seen = new Set<Certificate>();
  let problem = 'no certificate that you trust stands behind it';

  /** `below` counts the certificates of authorities between this one and the leaf. */
  const leadsToTrust = async (certificate: Certificate, below: number): Promise<boolean> => {
    seen.add(certificate);
    const wrong = extensionProblem(certificate) ?? periodProblem(certificate, at);
    if (wrong !== undefined) {
      problem = wrong;
      return false;
    }
    if (trusted.some((one) => isSame(one, certificate))) return true;
    if (below >= LONGEST_CHAIN || WEAK_SIGNATURES.has(certificate.signatureAlgorithm.algorithmId))
      return false;
    for (const issuer of [...trusted, ...others]) {
      if (seen.has(issuer) || !certificate.issuer.isEqual(issuer.subject)) continue;
      if (!mayIssue(issuer, below) || !(await isIssuedBy(certificate, issuer))) continue;
      if (await leadsToTrust(issuer, below + 1)) return true;
    }
    return false;
  };
  return (await leadsToTrust(leaf, 0)) ? undefined : problem;
}

function periodProblem(certificate: Certificate, at: Date): string | undefined {
  if (at >= certificate.notBefore.value && at <= certificate.notAfter.value) return undefined;
  const [from, to] = [certificate.notBefore, certificate.notAfter].map(({ value }) => value.toISOString());
  return `the certificate of ${nameOf(certificate)} was valid from ${from} to ${to} only`;
}

function extensionProblem(certificate: Certificate): string | undefined {
  const unknown = certificate.extensions?.find(({ critical, extnID }) => critical && !UNDERSTOOD.has(extnID));
  return (
    unknown &&
    `the certificate of ${nameOf(certificate)} has a critical extension ${unknown.extnID} that is not known here`
  );
}

function mayIssue(certificate: Certificate, below: number): boolean {
  const constraints: unknown = certificate.extensions?.find(
    ({ extnID }) => extnID === BASIC_CONSTRAINTS,
  )?.parsedValue;
  if (!(constraints instanceof BasicConstraints) || !constraints.cA) return false;
  const { pathLenConstraint: limit } = constraints;
  const most = limit === undefined ? LONGEST_CHAIN : typeof limit === 'number' ? limit : 0;
  return below <= most && allows(certificate, KEY_CERT_SIGN);
}

/** Whether the key usage has one of these bits of its first byte; without a key usage everything is allowed. */
function allows(certificate: Certificate, bits: number): boolean {
  const usage = certificate.extensions?.find(({ extnID }) => extnID === KEY_USAGE)?.parsedValue as
    { readonly valueBlock: { readonly valueHexView: Uint8Array } } | undefined;
  return usage === undefined || (usage.valueBlock.valueHexView[0] & bits) !== 0;
}

async function isIssuedBy(certificate: Certificate, issuer: Certificate): Promise<boolean> {
  // It throws for keys and algorithms that it does not know.
  return certificate.verify(issuer).catch(() => false);
}
