/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.server;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.function.Consumer;

/**
 * The page of a sample: asked for, it runs the sample and tells what has happened, line by line.
 *
 * <p>For one request at a time: two would meet in the queues.
 */
public abstract class Story extends HttpServlet {

    private static final long serialVersionUID = 1L;

    /** Runs the sample, outside of a transaction. */
    protected abstract void tell(Consumer<String> line) throws Exception;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        response.setCharacterEncoding("UTF-8");
        PrintWriter page = response.getWriter();
        try {
            tell(page::println);
        } catch (Exception e) {
            response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            e.printStackTrace(page);
        }
    }
}
