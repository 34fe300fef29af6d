(() => {
  // Only shows and hides what is typed: the page does everything else without it.
  const field = document.getElementById("password");
  const show = document.getElementById("show");
  const box = show.querySelector("input");
  const set = () => { field.type = box.checked ? "text" : "password"; };
  show.hidden = false;
  box.addEventListener("change", set);
  // Sent as a password in any case, so that managers see it and no browser keeps it among the texts of forms.
  field.form.addEventListener("submit", () => { field.type = "password"; });
  addEventListener("pageshow", set);
})();
