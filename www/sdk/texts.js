/**
 * What the element says: to sign in, to sign out, that it failed. First in English, then in each language behind its code.
 * A page replaces any of it by a slot. Terse, and in one list: every page that signs in loads all of them.
 */
export const texts = [
  "Sign in", "Sign out", "That didn’t work.",
  "de", "Anmelden", "Abmelden", "Das hat nicht geklappt.",
  "es", "Iniciar sesión", "Cerrar sesión", "No ha funcionado.",
  "fr", "Se connecter", "Se déconnecter", "Cela n’a pas fonctionné.",
  "pt", "Entrar", "Sair", "Isto não funcionou.",
  "ar", "تسجيل الدخول", "تسجيل الخروج", "لم ينجح ذلك.",
  "zh", "登录", "退出登录", "操作没有成功。",
  "ja", "ログイン", "ログアウト", "うまくいきませんでした。",
];
