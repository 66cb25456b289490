import document from '../../../../../docs/webhooks.md?raw';

/** The guide for those who receive webhooks, put into the page when it is built. */
export const WEBHOOKS_GUIDE: string = document;
