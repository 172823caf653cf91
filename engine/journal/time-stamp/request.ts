/** What a time-stamping authority is asked, and the token in its answer (RFC 3161 sections 2.4.1 and 2.4.2). */
import { Integer, OctetString, Sequence, fromBER } from 'asn1js';
import { AlgorithmIdentifier, MessageImprint, PKIStatus, TimeStampReq, TimeStampResp } from 'pkijs';

/** SHA-256 in the registry of algorithms. */
export const SHA_256 = '2.16.840.1.101.3.4.2.1';

/** Why an authority refuses, by the bit that it sets. */
const REFUSALS: Readonly<Record<number, string>> = {
  0: 'it does not take SHA-256',
  2: 'it could not read the request',
  5: 'it could not read the hash',
  14: 'its clock is not available',
  15: 'it does not stamp under that policy',
  16: 'it does not know an extension',
  17: 'it can’t give what was asked for',
  25: 'it has a failure of its own',
};

/** A request in DER: a stamp for a SHA-256, with the authority's certificate. `nonce` has 8 random bytes or more. */
export function timeStampRequest(digest: Uint8Array, nonce: Uint8Array): Uint8Array {
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA_256 }),
      hashedMessage: new OctetString({ valueHex: digest }),
    }),
    nonce: nonceNumber(nonce),
    certReq: true,
  });
  return new Uint8Array(request.toSchema().toBER());
}

/** The nonce as a number that is positive and as long as it looks: DER drops a leading zero. */
export function nonceNumber(nonce: Uint8Array): Integer {
  const bytes = Uint8Array.from(nonce);
  bytes[0] = (bytes[0] & 0x3f) | 0x40;
  return new Integer({ valueHex: bytes });
}

/** The token in an answer, in DER. Throws where there is none, saying why. */
export function readTimeStampResponse(bytes: Uint8Array): Uint8Array {
  const read = fromBER(bytes);
  if (read.offset !== bytes.length) throw new Error('the answer is no time stamp response');
  const { status, timeStampToken } = parse(read.result);
  if (status.status !== PKIStatus.granted && status.status !== PKIStatus.grantedWithMods) {
    const words = status.statusStrings?.map(({ valueBlock }) => valueBlock.value) ?? [];
    const code = status.failInfo ? refusalIn(status.failInfo.valueBlock.valueHexView) : undefined;
    const why = [code, ...words].filter((word) => word !== undefined).join('; ');
    throw new Error(`the authority refused with status ${status.status}${why === '' ? '' : `: ${why}`}`);
  }
  const token = read.result instanceof Sequence ? read.result.valueBlock.value.at(1) : undefined;
  if (timeStampToken === undefined || token === undefined) throw new Error('the answer has no time stamp');
  return token.valueBeforeDecodeView.slice();
}

function parse(schema: unknown): TimeStampResp {
  try {
    return new TimeStampResp({ schema });
  } catch (error) {
    throw new Error('the answer is no time stamp response', { cause: error });
  }
}

function refusalIn(bits: Uint8Array): string | undefined {
  const bit = Array.from({ length: bits.length * 8 }, (_, at) => at).find(
    (at) => (bits[at >> 3] & (0x80 >> (at & 7))) !== 0,
  );
  return bit === undefined ? undefined : (REFUSALS[bit] ?? `reason ${bit}`);
}
