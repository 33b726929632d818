/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.payments;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs the story: payments come, their process ends, it starts again, and the orders come in another order.
 *
 * <p>Used once, by one thread.
 */
public final class PaymentsBeforeOrders {

    private static final long PATIENCE_MS = 200;

    private PaymentsBeforeOrders() {}

    /** Runs in the directory that is given, or in a temporary one. */
    public static void main(String[] args) throws JMSException, IOException {
        Path store = args.length > 0
                ? Path.of(args[0])
                : Files.createTempDirectory("peeklock-payments").resolve("bus");
        run(store, System.out::println);
        System.out.println("The bus is in " + store);
    }

    static void run(Path store, Consumer<String> log) throws JMSException {
        String url = "peeklock:file:" + store.toAbsolutePath().toUri().getRawPath();
        try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url);
                Checkout checkout = new Checkout(factory, log)) {
            for (String id : List.of("1", "2", "3")) {
                checkout.send(Checkout.PAYMENT, id);
            }
            checkout.work(PATIENCE_MS);
        }
        log.accept("-- the process ends, and starts again --");
        try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url);
                Checkout checkout = new Checkout(factory, log)) {
            log.accept(checkout.waitingPayments() + " payments wait");
            for (String id : List.of("2", "3", "1")) {
                checkout.send(Checkout.ORDER, id);
            }
            checkout.work(PATIENCE_MS);
            log.accept(checkout.waitingPayments() + " payments wait");
        }
    }
}
