/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.JMSException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The sample holds a document without holding up the others; nobody waits for the minutes here. */
class HoldForAWhileTest {
    private static final Duration HOLD = Duration.ofMinutes(5);
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final List<String> log = new ArrayList<>();

    @Test
    @Tag("F2")
    @Tag("N3")
    void aHeldDocumentIsPrintedWhenItsReminderComes() throws JMSException {
        HoldForAWhile.run(Clock.offset(Clock.systemUTC(), HOLD.negated()), HOLD, PATIENCE, log::add);
        assertThat(log).startsWith("letter is printed", "poster is held");
        assertThat(log).contains("invoice is printed", "poster is printed").endsWith("0 messages are left");
    }

    @Test
    @Tag("F1")
    @Tag("N3")
    void untilThenItWaitsAndTheOthersArePrinted() throws JMSException {
        HoldForAWhile.run(Clock.systemUTC(), HOLD, PATIENCE, log::add);
        assertThat(log)
                .containsExactly("letter is printed", "poster is held", "invoice is printed", "2 messages are left");
    }

    @Test
    @Tag("F3")
    void aReminderOfADocumentThatIsGoneIsPutAway() throws Exception {
        try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory("peeklock:mem:hold-gone");
                var connection = factory.createConnection();
                var session = connection.createSession();
                Printer printer = new Printer(factory, Clock.systemUTC(), HOLD, name -> true, log::add)) {
            var reminder = session.createMessage();
            reminder.setJMSType("reminder");
            reminder.setLongProperty("deferred", 4711);
            session.createProducer(session.createQueue(Printer.QUEUE)).send(reminder);
            printer.work(PATIENCE);
            assertThat(log).containsExactly("a reminder came for nothing");
            assertThat(printer.waiting()).isZero();
        }
    }
}
