using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Clinic.Api;

/// <summary>The OpenAPI 3.1 document and the page to try it. Both are public: they hold no data.</summary>
internal static class ApiPage
{
    private const string Page = "/docs";

    public static void AddServices(IServiceCollection services) => services.AddOpenApi("v1", o =>
    {
        o.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        o.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Serverless Clinic";
            document.Info.Version = "v1";
            document.Info.Description =
                "Sign in with POST /v1/sessions; send its csrfToken as X-CSRF-Token with every call that changes something.";
            return Task.CompletedTask;
        });
        o.AddSchemaTransformer(Texts);
        o.AddOperationTransformer(CsrfHeader);
    });

    public static void Map(WebApplication app)
    {
        app.MapOpenApi().WithMetadata(new OutsideTheTrail("the API's description"));
        app.Use((http, next) =>
        {
            if (http.Request.Path.StartsWithSegments(Page))
            {
                // The page's own files and inline styles, and nothing of any other host (AIX-12).
                http.Response.Headers.ContentSecurityPolicy =
                    "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; "
                    + "img-src 'self' data:; frame-ancestors 'none'";
            }

            return next(http);
        });
        app.UseSwaggerUI(o =>
        {
            o.RoutePrefix = Page.TrimStart('/');
            o.SwaggerEndpoint("/openapi/v1.json", "Serverless Clinic v1");
            o.DocumentTitle = "Serverless Clinic API";
        });
        app.MapGet("/", () => TypedResults.Redirect(Page)).WithMetadata(new OutsideTheTrail("leads to the API page"))
            .ExcludeFromDescription().WithName("Home");
    }

    /// <summary>Ids, codes and instants are strings with a converter, which the schema generator cannot see into.</summary>
    private static Task Texts(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        var type = context.JsonTypeInfo.Type;
        Describe(schema, Nullable.GetUnderlyingType(type) ?? type);
        var isParameter = context.ParameterDescription is not null && context.JsonPropertyInfo is null;
        if (Nullable.GetUnderlyingType(type) is not null && !isParameter && schema.Type is not null)
        {
            schema.Type |= JsonSchemaType.Null;
        }

        if (context.JsonTypeInfo is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element } && schema.Items is null)
        {
            var items = new OpenApiSchema();
            Describe(items, element);
            schema.Items = items.Type is null ? null : items;
        }

        return Task.CompletedTask;
    }

    private static void Describe(OpenApiSchema schema, Type type)
    {
        var isId = type.IsAssignableTo(typeof(IId));
        if (!isId && !type.IsEnum && type != typeof(DateTimeOffset))
        {
            return;
        }

        schema.Type = JsonSchemaType.String;
        schema.Format = isId ? "uuid" : type.IsEnum ? null : "date-time";
        schema.Enum = type.IsEnum ? [.. Codes.All(type).Select(code => JsonValue.Create(code))] : schema.Enum;
    }

    private static Task CsrfHeader(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<RouteAccess.Permitted>().Any() && !HttpMethods.IsGet(context.Description.HttpMethod ?? "GET"))
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = "X-CSRF-Token",
                In = ParameterLocation.Header,
                Required = true,
                Description = "The csrfToken of the session.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        return Task.CompletedTask;
    }
}
