"""A relying party on Authlib's Flask client, as its documentation shows it: signs a person in, refreshes, and makes the address that signs out.

Speaks JSON, a line each. In: the registration, later the address of the callback. Out: where to send the person, later who they are.
"""

import json
import sys

from authlib.integrations.flask_client import OAuth
from flask import Flask

registration = json.loads(sys.stdin.readline())
renewed = {}


def update_token(name, token, refresh_token=None, access_token=None):
    """Authlib calls this when it has renewed a token that was over."""
    renewed.update(token=token, of=refresh_token)


app = Flask(__name__)
app.secret_key = "a key of the tests"
oauth = OAuth(app, update_token=update_token)
oauth.register(
    name="nightlatch",
    server_metadata_url=registration["issuer"] + "/.well-known/openid-configuration",
    client_id=registration["client_id"],
    client_secret=registration.get("client_secret"),
    client_kwargs={
        "scope": "openid profile email offline_access",
        "code_challenge_method": "S256",
        "token_endpoint_auth_method": registration["token_endpoint_auth_method"],
    },
)


@app.route("/login")
def login():
    return oauth.nightlatch.authorize_redirect(registration["redirect_uri"])


@app.route("/callback")
def callback():
    token = oauth.nightlatch.authorize_access_token()
    info = oauth.nightlatch.userinfo(token=token)
    # A token that is over: the next request renews it first.
    oauth.nightlatch.userinfo(token={**token, "expires_at": 1})
    after = renewed["token"]
    claims = oauth.nightlatch.parse_id_token(after, nonce=None)
    logout = oauth.nightlatch.create_logout_url(
        post_logout_redirect_uri=registration["post_logout_redirect_uri"],
        id_token_hint=after["id_token"],
        state="farewell",
    )
    return {
        "claims": token["userinfo"],
        "userinfo": info,
        "renewed": claims,
        "rotated": after["refresh_token"] != token["refresh_token"] == renewed["of"],
        "logout": logout["url"],
    }


def say(value):
    print(json.dumps(value), flush=True)


browser = app.test_client()
say({"authorize": browser.get("/login").location})
query = json.loads(sys.stdin.readline())["callback"].partition("?")[2]
say(browser.get("/callback?" + query).get_json())
