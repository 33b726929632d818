/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.hold;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.JMSException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Runs the story: three documents, one of which has no paper at the first try.
 *
 * <p>Used once, by one thread.
 */
public final class HoldForAWhile {

    private static final Duration DEFAULT_HOLD = Duration.ofSeconds(3);

    private HoldForAWhile() {}

    /** Runs with the hold that is given in seconds, 3 by default. */
    public static void main(String[] args) throws JMSException {
        Duration hold = args.length > 0 ? Duration.ofSeconds(Long.parseLong(args[0])) : DEFAULT_HOLD;
        run(Clock.systemUTC(), hold, hold.plusSeconds(1), System.out::println);
    }

    static void run(Clock clock, Duration hold, Duration patience, Consumer<String> log) throws JMSException {
        AtomicBoolean paperIsOut = new AtomicBoolean(true);
        try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory("peeklock:mem:hold-for-a-while");
                Printer printer = new Printer(
                        factory, clock, hold, name -> !name.equals("poster") || !paperIsOut.getAndSet(false), log)) {
            printer.send("letter");
            printer.send("poster");
            printer.send("invoice");
            printer.work(patience);
            log.accept(printer.waiting() + " messages are left");
        }
    }
}
