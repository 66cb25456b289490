export { createAddressPolicy, type AddressPolicy, type AddressPolicyOptions } from './address-policy.js';
export { checkCustomHeaders } from './custom-headers.js';
export { checkWebhookUrl, type UrlCheck, type UrlPolicy } from './url-policy.js';
