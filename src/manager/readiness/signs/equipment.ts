import { closeSync } from 'node:fs';
import type { Source } from '../../parent/parent';

/** What a program needs for its probes. */
export interface Equipment {
  environment: Record<string, string>;
  /** Opens what becomes its descriptors from 3 on; to be closed here once it has them. */
  openDescriptors(): { descriptors: readonly (Source | 'closed')[]; close(): void };
}

/** What a program without probes needs for them. */
export const NOTHING: Equipment = { environment: {}, openDescriptors: () => closeLater([]) };

/** Descriptors that are closed together. */
export function closeLater(descriptors: readonly (Source | 'closed')[]) {
  const close = () => {
    for (const one of descriptors) if (one !== 'closed') closeSync(one.fd);
  };
  return { descriptors, close };
}
