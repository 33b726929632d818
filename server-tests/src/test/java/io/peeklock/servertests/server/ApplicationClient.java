/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.peeklock.servertests.inside.Task;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Has tasks run in an application. Has no state; any thread. */
public record ApplicationClient(String application) {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    /**
     * Runs a task to its end.
     *
     * @throws AssertionError with the stack trace of the server, if the task threw
     */
    public String run(Class<? extends Task> task, Map<String, String> parameters) {
        try {
            HttpResponse<String> response = HTTP.send(request(task, parameters), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new AssertionError(task.getSimpleName() + " in " + application + ": " + response.statusCode()
                        + "\n" + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new AssertionError(task.getSimpleName() + " in " + application + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Begins a task; the server may die in it. */
    public CompletableFuture<HttpResponse<String>> begin(Class<? extends Task> task, Map<String, String> parameters) {
        return HTTP.sendAsync(request(task, parameters), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(Class<? extends Task> task, Map<String, String> parameters) {
        String form = parameters.entrySet().stream()
                .map(entry -> "&" + entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), UTF_8))
                .collect(Collectors.joining("", "task=" + URLEncoder.encode(task.getName(), UTF_8), ""));
        URI uri = URI.create("http://localhost:" + Server.current().httpPort() + "/" + application + "/task");
        return HttpRequest.newBuilder(uri)
                .timeout(Duration.ofMinutes(2))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
    }
}
