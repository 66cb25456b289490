import { expect } from '@jest/globals';
import { errorSchema, ERROR_STATUS, type ErrorCode } from '@switchboard/shared';
import { z } from 'zod';

/** The part of an answer that these look at; supertest's Response fits. */
export interface Answer {
  status: number;
  body: unknown;
  headers: Record<string, unknown>;
}

const exactErrorSchema = errorSchema.extend({ error: errorSchema.shape.error.strict() }).strict();

export type ShownError = z.infer<typeof errorSchema>['error'];

/** The documented error envelope, nothing more, with the request's id in body and header. @returns the error */
export function expectError(answer: Answer, code: ErrorCode): ShownError {
  const error = expectErrorEnvelope(answer);
  expect({ status: answer.status, code: error.code }).toEqual({ status: ERROR_STATUS[code], code });
  return error;
}

export function expectErrorEnvelope(answer: Answer): ShownError {
  const { error } = exactErrorSchema.parse(answer.body);
  expect(answer.status).toBe(ERROR_STATUS[error.code]);
  expect(error.request_id).toBe(answer.headers['x-request-id']);
  return error;
}

/** A 422 that names each of these fields, and no other. */
export function expectInvalid(answer: Answer, ...paths: string[]): ShownError {
  const error = expectError(answer, 'validation_failed');
  expect(error.details.map((detail) => detail.path).sort()).toEqual([...paths].sort());
  return error;
}

const successEnvelope = z.strictObject({ success: z.literal(true), data: z.unknown() });

/** The documented success envelope around data of this shape. @returns the data */
export function expectData<S extends z.ZodType>(answer: Answer, status: number, data: S): z.output<S> {
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: { success: true } });
  expect(typeof answer.headers['x-request-id']).toBe('string');
  return data.parse(successEnvelope.parse(answer.body).data);
}

/** What is the same in two answers to two requests: all but the request's id. */
export function withoutRequestId(text: string): string {
  return text.replace(/"request_id":"[^"]*"/, '"request_id":"..."');
}
