using Clinic.Platform.Access;

namespace Clinic.Api;

/// <summary>
/// The pages that mails lead to: confirming an address, releasing a frozen clinic, accepting an invitation, fetching an export.
/// No third party's script or host (AIX-12), and a policy that lets the browser load nothing but their own two files.
/// </summary>
internal static class ConfirmPage
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void Map(WebApplication app)
    {
        Serve(app, "/confirm", "confirm.html", "text/html; charset=utf-8");
        Serve(app, "/confirm.css", "confirm.css", "text/css; charset=utf-8");
        Serve(app, "/confirm.js", "confirm.js", "text/javascript; charset=utf-8");
        Serve(app, "/release", "release.html", "text/html; charset=utf-8");
        Serve(app, "/release.js", "release.js", "text/javascript; charset=utf-8");
        Serve(app, "/join", "join.html", "text/html; charset=utf-8");
        Serve(app, "/join.js", "join.js", "text/javascript; charset=utf-8");
        Serve(app, "/exports/{export}", "export.html", "text/html; charset=utf-8");
        Serve(app, "/export.js", "export.js", "text/javascript; charset=utf-8");
    }

    private static void Serve(WebApplication app, string path, string name, string type)
    {
        using var stream = typeof(ConfirmPage).Assembly.GetManifestResourceStream("Clinic.Api.Pages." + name)
            ?? throw new InvalidOperationException($"{name} is not part of the assembly.");
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        var bytes = buffer.ToArray();
        app.MapGet(path, (HttpContext http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = Policy;
            http.Response.Headers["Referrer-Policy"] = "no-referrer";
            return TypedResults.Bytes(bytes, type);
        }).WithMetadata(new OutsideTheTrail("a page without data")).ExcludeFromDescription().WithName("Page-" + name);
    }
}
