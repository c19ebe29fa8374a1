// The token is in the fragment: the browser keeps it, servers and logs never see it. A press of the button is needed because
// mail scanners open links.
const button = document.getElementById("release");
const what = document.getElementById("what");
button.addEventListener("click", async () => {
  button.disabled = true;
  const answer = await fetch("/v1/clinics/releases", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token: location.hash.slice(1) }),
  });
  if (answer.ok) {
    what.textContent = "Your clinic works again. You can sign in now.";
    button.hidden = true;
  } else if (answer.status === 404) {
    what.textContent = "This link is not valid, or not any more. Ask us for another, or sign in if your clinic was released before.";
    button.hidden = true;
  } else {
    what.textContent = "This did not work just now. Please try again.";
    button.disabled = false;
  }
});
