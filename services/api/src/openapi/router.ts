import express, { Router } from 'express';
import { createRequire } from 'node:module';
import path from 'node:path';
import { etagOf } from '../http/etag.js';
import '../http/locals.js';

/** The page and its script are two files: the service's CSP allows no inline script. */
const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>API reference</title>
    <link rel="stylesheet" href="docs/assets/swagger-ui.css" />
  </head>
  <body>
    <div id="reference">Loading the API reference ...</div>
    <script src="docs/assets/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#reference', deepLinking: true, tryItOutEnabled: true, validatorUrl: null });\n`;

/** The document and its reference page, open to all: they hold nothing that is secret. */
export function documentationRouter(document: unknown): Router {
  const body = JSON.stringify(document);
  const router = Router();
  router.use(['/openapi.json', '/docs'], (req, res, next) => {
    res.locals.context.route = req.baseUrl;
    next();
  });
  router.get('/openapi.json', (_req, res) => {
    res.set('ETag', etagOf(body)).type('json').send(body);
  });
  router.get('/docs', (_req, res) => {
    res.type('html').send(PAGE);
  });
  router.get('/docs/start.js', (_req, res) => {
    res.type('text/javascript').send(START);
  });
  const assets = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  router.use('/docs/assets', express.static(assets, { index: false, maxAge: '1d' }));
  return router;
}
