// The token is in the fragment: the browser keeps it, servers and logs never see it.
const button = document.getElementById("join");
const password = document.getElementById("password");
const what = document.getElementById("what");
button.addEventListener("click", async () => {
  button.disabled = true;
  const answer = await fetch("/v1/invitations/acceptances", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token: location.hash.slice(1), password: password.value }),
  });
  if (answer.ok) {
    what.textContent = "You are a member of the clinic. You can sign in now.";
    password.parentElement.hidden = true;
    button.hidden = true;
  } else if (answer.status === 422) {
    what.textContent = "A password has 12 to 128 characters.";
    button.disabled = false;
  } else if (answer.status === 404) {
    what.textContent = "This link is not valid, or not any more. Ask the clinic for another, or sign in if you accepted before.";
    button.hidden = true;
  } else if (answer.status === 409) {
    what.textContent = "This address works for this clinic already, or for as many clinics as one address can.";
    button.hidden = true;
  } else {
    what.textContent = "This did not work just now. Please try again.";
    button.disabled = false;
  }
});
