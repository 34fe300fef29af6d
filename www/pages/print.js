// The button that prints is there only where a script can.
const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => print());
