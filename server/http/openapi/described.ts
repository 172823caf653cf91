/**
 * What routes take, told beside the schemas that check it: the API's description is made from here, so that
 * it says what is checked and nothing else. An operation is its method and the pattern of its route.
 */
import type { z } from 'zod';
import type { Field, JointFilter } from '../../store/queries/search-types.js';

/** An operation, such as `POST /v2/jobs/:jobKey/completion`. */
export type Operation = `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`;

/** What can be searched: its fields, and the names of the filters that are more than a field. */
export interface SearchFields {
  readonly fields: Readonly<Record<string, Field>>;
  readonly special?: Readonly<Record<string, unknown>>;
  readonly joint?: readonly JointFilter[];
}

/** What an operation takes, as far as somebody told. */
export interface Description {
  body?: z.ZodType;
  query?: z.ZodType;
  search?: SearchFields;
  /** Whether it takes files, each in a part named `resources`. */
  files?: boolean;
}

const descriptions = new Map<string, Description>();

/** Tells what an operation takes; several calls add up. */
export function describeOperation(operation: Operation, description: Description): void {
  descriptions.set(operation, { ...descriptions.get(operation), ...description });
}

/** What was told of an operation; nothing where nobody told anything. */
export function descriptionOf(operation: string): Description {
  return descriptions.get(operation) ?? {};
}

/** Every operation that somebody told of. */
export function describedOperations(): string[] {
  return [...descriptions.keys()];
}
