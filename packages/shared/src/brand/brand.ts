/** The header names that carry the platform's brand; a receiver's code depends on them, so they follow BRAND alone. */
export interface BrandHeaders {
  signature: string;
  event: string;
  delivery: string;
  attempt: string;
}

/** `KaiVox` gives `X-KaiVox-Signature` and so on. HTTP header names are tokens, so a brand is letters, digits and hyphens. */
export function brandHeaders(brand: string): BrandHeaders {
  return {
    signature: `X-${brand}-Signature`,
    event: `X-${brand}-Event`,
    delivery: `X-${brand}-Delivery`,
    attempt: `X-${brand}-Attempt`,
  };
}
