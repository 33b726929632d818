/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.server.sessions;

import io.peeklock.samples.server.Chronicle;
import io.peeklock.samples.server.Story;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import jakarta.servlet.annotation.WebServlet;
import java.util.List;
import java.util.function.Consumer;

/** Sends the stops of three trams, all mixed, and tells them tram by tram as they were worked on. For one request at a time. */
@WebServlet("/sessions")
public class SessionsStory extends Story {

    private static final long serialVersionUID = 1L;
    private static final List<String> TRAMS = List.of("tram 1", "tram 2", "tram 3");
    private static final List<String> STOPS = List.of("station", "market", "depot", "harbour");

    @Resource(name = "jms/bus")
    private transient ConnectionFactory bus;

    @Inject
    private transient Chronicle chronicle;

    @Override
    protected void tell(Consumer<String> line) throws InterruptedException {
        try (JMSContext context = bus.createContext()) {
            Queue trams = context.createQueue("trams");
            for (String stop : STOPS) {
                for (String tram : TRAMS) {
                    context.createProducer().setProperty("JMSXGroupID", tram).send(trams, stop);
                }
            }
        }
        // Each stop once, and the depot once more, which was blocked.
        List<String> notes = chronicle.take(TRAMS.size() * (STOPS.size() + 1));
        for (String tram : TRAMS) {
            notes.stream().filter(note -> note.startsWith(tram)).forEach(line);
        }
    }
}
