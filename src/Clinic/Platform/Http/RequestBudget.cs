using Microsoft.AspNetCore.Http;

namespace Clinic.Platform.Http;

/// <summary>How long this request may take; few routes move so many bytes that they need more than the others.</summary>
internal static class RequestBudget
{
    private const string ItemName = "clinic.budget";

    public static void Begin(HttpContext http, CancellationTokenSource spent, TimeSpan length)
    {
        http.Items[ItemName] = spent;
        spent.CancelAfter(length);
    }

    /// <summary>Counted from now, in place of what is left.</summary>
    public static void Extend(HttpContext http, TimeSpan length)
    {
        if (http.Items[ItemName] is CancellationTokenSource spent)
        {
            spent.CancelAfter(length);
        }
    }
}
