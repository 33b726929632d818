/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.inside;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs the {@link Task} that a request names. Has no state; many threads. */
@WebServlet("/task")
public final class TaskServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Map<String, String> parameters = request.getParameterMap().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()[0]));
        response.setContentType("text/plain");
        response.setCharacterEncoding("UTF-8");
        try {
            Class<? extends Task> task =
                    Class.forName(request.getParameter("task")).asSubclass(Task.class);
            response.getWriter()
                    .print(task.getDeclaredConstructor().newInstance().run(parameters));
        } catch (Exception e) {
            response.setStatus(HttpServletResponse.SC_CONFLICT);
            e.printStackTrace(response.getWriter());
        }
    }
}
