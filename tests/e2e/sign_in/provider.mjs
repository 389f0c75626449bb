// provider.mjs PORT REDIRECT_ADDRESS: a provider that others wrote (npm oidc-provider), on this machine.
// It asks for a name and takes any password.
import Provider from "oidc-provider";

const [port, redirect] = process.argv.slice(2);
const provider = new Provider(`http://localhost:${port}`, {
  clients: [{ client_id: "carillon", client_secret: "the secret of the test",
    redirect_uris: [redirect], response_types: ["code"], grant_types: ["authorization_code"] }],
  pkce: { required: () => true },
  claims: { openid: ["sub"], profile: ["preferred_username"] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: true } },
  cookies: { keys: ["only for this test"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) }),
});
provider.on("server_error", (_, error) => console.error(error.stack));
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
