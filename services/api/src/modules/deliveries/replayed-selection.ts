import { idInput, idOutput } from '@switchboard/shared';
import { z } from 'zod';

export const replaySelectedBody = z.strictObject({
  delivery_ids: z
    .array(idInput('delivery'))
    .min(1)
    .max(100)
    .transform((ids) => [...new Set(ids)]),
});

export const replayedSelectionSchema = z.object({
  replayed: z.array(idOutput('delivery')),
  refused: z.array(z.object({ id: idOutput('delivery'), reason: z.string() })),
});

export type ReplayedSelectionView = z.infer<typeof replayedSelectionSchema>;
