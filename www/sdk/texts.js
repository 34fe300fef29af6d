/** What the element says, per language. A page replaces any of it by the slot of the same name. */
export const texts = {
  en: { "sign-in": "Sign in", "sign-out": "Sign out", error: "That didn’t work. Please try again." },
  de: { "sign-in": "Anmelden", "sign-out": "Abmelden", error: "Das hat nicht geklappt. Bitte versuchen Sie es noch einmal." },
  ar: { "sign-in": "تسجيل الدخول", "sign-out": "تسجيل الخروج", error: "لم ينجح ذلك. يُرجى المحاولة مرة أخرى." },
};
