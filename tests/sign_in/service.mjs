// The certified `oidc-provider` on loopback, with one client and a page on which anybody is whom she says. For tests only.
// Arguments: port, client id, client secret, redirect URI, address after logging out.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [port, client_id, client_secret, redirect, leaving] = process.argv.slice(2);
const issuer = `http://${process.env.HOST_NAME ?? "127.0.0.1"}:${port}`;
const provider = new Provider(issuer, {
  clients: [{ client_id, client_secret, redirect_uris: [redirect], post_logout_redirect_uris: [leaving] }],
  cookies: { keys: ["only-for-tests"] },
  pkce: { required: () => true },
  claims: { openid: ["sub", "amr"], email: ["email", "email_verified"], profile: ["groups"] },
  findAccount: (_ctx, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, email: `${id}@landkreis.example.org`, email_verified: true, groups: ["bruecke"] }),
  }),
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_ctx, interaction) => `/wer/${interaction.uid}` },
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
});

const page = `<!doctype html><html lang="de"><title>Anmeldedienst</title><form method="post"><label>Name <input name="name"></label>
<label><input type="checkbox" name="mfa" value="1"> in zwei Schritten</label><button>Anmelden</button></form></html>`;

createServer(async (request, response) => {
  if (!request.url.startsWith("/wer/")) return provider.callback()(request, response);
  if (request.method !== "POST") return response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
  let body = "";
  for await (const chunk of request) body += chunk;
  const form = new URLSearchParams(body);
  const login = { accountId: form.get("name"), amr: form.get("mfa") ? ["pwd", "mfa"] : ["pwd"] };
  const result = form.get("name") ? { login } : { error: "access_denied" };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
