import type { VariableName } from './variables'

/** What a person is told about a variable: what it is for, its rule, and an example that keeps the rule. */
export interface VariableRule {
  about: string
  rule: string
  example: string
}

/** One entry per variable, in the order of `.env.example`. */
export const RULES: Record<VariableName, VariableRule> = {
  NODE_ENV: {
    about: 'What kind of start this is; production refuses everything of the sandbox',
    rule: 'development, test or production',
    example: 'production',
  },
  PORT: {
    about: 'The port of the web process',
    rule: 'a whole number from 1 to 65535; 3000 if left out',
    example: '3000',
  },
  BASE_URL: {
    about: 'Where the mall and the shoppers reach Baguni',
    rule: 'an http or https address without query; https and required in production; http://127.0.0.1:PORT if left out',
    example: 'https://baguni.example.com',
  },
  TRUST_PROXY: {
    about: 'How many proxies stand before the web process',
    rule: 'a whole number from 0 to 10; 0 if left out',
    example: '1',
  },
  LOG_LEVEL: {
    about: 'From which level on the log is written',
    rule: 'fatal, error, warn, info, debug, trace or silent; info if left out',
    example: 'info',
  },
  MONGODB_URI: {
    about: 'The database; without it the start brings one of its own',
    rule: 'a mongodb:// or mongodb+srv:// address of MongoDB 7 or newer, a replica set',
    example: 'mongodb://127.0.0.1:27017/?replicaSet=rs0',
  },
  DATABASE_NAME: {
    about: 'The name of the database on that server',
    rule: 'at most 38 letters, digits, - and _; the one in MONGODB_URI, else baguni, if left out',
    example: 'baguni',
  },
  MASTER_KEY: {
    about:
      'The key from which all keys for personal data and links are derived; without it the data are lost',
    rule: '32 random bytes in base64 (openssl rand -base64 32); required with MONGODB_URI and in production, there not the example',
    example: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  },
  SESSION_SECRET: {
    about: 'Signs the cookies of people who are logged in',
    rule: 'at least 32 characters (openssl rand -hex 32); required with MONGODB_URI and in production, there not the example',
    example: 'replace-me-with-at-least-32-random-characters',
  },
  CAFE24_CLIENT_ID: {
    about: 'The app in the Cafe24 developer centre',
    rule: 'the Client ID; together with CAFE24_CLIENT_SECRET and CAFE24_WEBHOOK_KEY',
    example: 'BrIfqEKoPxeEAqrk4MGsHC',
  },
  CAFE24_CLIENT_SECRET: {
    about: 'The secret of the app; signs launches and asks for tokens',
    rule: 'the Client Secret Key; together with CAFE24_CLIENT_ID and CAFE24_WEBHOOK_KEY',
    example: 'client-secret-of-the-app',
  },
  CAFE24_WEBHOOK_KEY: {
    about: 'What Cafe24 sends as X-API-Key with every webhook',
    rule: 'the Webhook API key; together with CAFE24_CLIENT_ID and CAFE24_CLIENT_SECRET',
    example: 'webhook-key-of-the-app',
  },
  CAFE24_SCOPES: {
    about: 'What the app asks the shop owner for; exactly what the developer centre has ticked',
    rule: 'mall.read_x and mall.write_x joined by commas, no spaces; what Baguni needs if left out',
    example: 'mall.read_application,mall.write_application,mall.read_store,mall.read_customer',
  },
  CAFE24_API_URL: {
    about: "Where a mall's API is",
    rule: 'an http or https address with {mall_id}; https://{mall_id}.cafe24api.com if left out',
    example: 'https://{mall_id}.cafe24api.com',
  },
  CAFE24_STOREFRONT_URL: {
    about: "Where a mall's shop pages are",
    rule: 'an http or https address with {domain}; https://{domain} if left out',
    example: 'https://{domain}',
  },
  CAFE24_API_VERSION: {
    about: 'The version of the Cafe24 API that is asked for',
    rule: 'a date, YYYY-MM-DD; 2026-09-01 if left out',
    example: '2026-09-01',
  },
  CAFE24_LAUNCH_SKEW_SECONDS: {
    about: 'How old a signed launch may be',
    rule: 'a whole number from 1 to 86400; 3600 if left out',
    example: '3600',
  },
  SOLAPI_API_URL: {
    about: 'Where the relay SOLAPI is',
    rule: 'an http or https address without query; https://api.solapi.com if left out',
    example: 'https://api.solapi.com',
  },
  SOLAPI_CALLS_PER_SECOND: {
    about:
      'How often one process calls SOLAPI for one sending account; with several workers, their share each',
    rule: 'a whole number from 1 to 10000; if left out, 5 at api.solapi.com and no limit elsewhere',
    example: '5',
  },
  LEASE_MS: {
    about: 'How long a worker holds a batch',
    rule: 'milliseconds from 1000 to 600000, at least twice RELAY_TIMEOUT_MS; 30000 if left out',
    example: '30000',
  },
  RELAY_TIMEOUT_MS: {
    about: 'How long a call to the relay may take',
    rule: 'milliseconds from 100 to 120000, at most half of LEASE_MS; 8000 if left out',
    example: '8000',
  },
  WORKER_HTTP_PORT: {
    about: 'The port on loopback at which a worker answers /healthz, /readyz and /metrics',
    rule: 'a whole number from 1 to 65535; none is opened if left out',
    example: '3001',
  },
  METRICS_TOKEN: {
    about: 'Who may read /metrics: sent as Authorization: Bearer TOKEN',
    rule: 'from 16 to 200 letters, digits and -._~+/=; if left out, the web process has no /metrics and a worker asks for none',
    example: 'replace-me-with-a-random-token',
  },
  SMTP_URL: {
    about: 'The mail server through which owners learn that sending stands still',
    rule: 'a smtps:// or smtp:// address with login; together with MAIL_FROM; no mail is sent if left out',
    example: 'smtps://user:password@mail.example.com:465',
  },
  MAIL_FROM: {
    about: 'The address from which mail is sent',
    rule: 'an e-mail address; together with SMTP_URL',
    example: 'no-reply@baguni.example.com',
  },
  SANDBOX: {
    about: 'Shows the strip of the practice shop; npm start sets it',
    rule: 'true or false; refused as true in production',
    example: 'false',
  },
  SANDBOX_CONTROL_URL: {
    about: "Where the sandbox's own pages are (phones, clock); npm start sets it",
    rule: 'an http or https address without query; refused in production',
    example: 'http://127.0.0.1:3100',
  },
  CLOCK_URL: {
    about: "The sandbox's clock, which business time follows; npm start sets it",
    rule: 'an http or https address without query; refused in production',
    example: 'http://127.0.0.1:3100',
  },
  SANDBOX_SENDING_ACCOUNT_JSON: {
    about: 'The sending account that the demo fills in; npm start sets it',
    rule: 'JSON with relayKey, relaySecret, pfId, senderNumber and number080; refused in production',
    example:
      '{"relayKey":"KEY","relaySecret":"SECRET","pfId":"KA01PF","senderNumber":"010-0000-0001","number080":"080-000-0001"}',
  },
}
