/** What the element says, per language. A page replaces any of it by the slot of the same name. */
export const texts = {
  en: { "sign-in": "Sign in", "sign-out": "Sign out", error: "That didn’t work. Please try again." },
  de: { "sign-in": "Anmelden", "sign-out": "Abmelden", error: "Das hat nicht geklappt. Bitte versuchen Sie es noch einmal." },
  es: { "sign-in": "Iniciar sesión", "sign-out": "Cerrar sesión", error: "No ha funcionado. Vuelve a intentarlo." },
  fr: { "sign-in": "Se connecter", "sign-out": "Se déconnecter", error: "Cela n’a pas fonctionné. Veuillez réessayer." },
  pt: { "sign-in": "Entrar", "sign-out": "Sair", error: "Isto não funcionou. Tente novamente." },
  ar: { "sign-in": "تسجيل الدخول", "sign-out": "تسجيل الخروج", error: "لم ينجح ذلك. يُرجى المحاولة مرة أخرى." },
  zh: { "sign-in": "登录", "sign-out": "退出登录", error: "操作没有成功，请重试。" },
  ja: { "sign-in": "ログイン", "sign-out": "ログアウト", error: "うまくいきませんでした。もう一度お試しください。" },
};
