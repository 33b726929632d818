/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import jakarta.jms.CompletionListener;
import java.lang.reflect.Method;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What applications in a server must not call, since the server owns connections, threads and transactions (Jakarta Messaging 3.1,
 * section 12.2), and what sessions of queues and of topics do not offer (section 4.4.17).
 *
 * <p>Stateless, thread safe.
 */
final class Restrictions {

    private static final Set<String> LISTENERS = Set.of("setMessageListener", "getMessageListener", "run");

    private static final Set<String> OF_THE_CONNECTION =
            Set.of("setClientID", "setExceptionListener", "stop", "busConnection");

    private static final Set<String> OF_TOPICS = Set.of(
            "createTopic",
            "createTemporaryTopic",
            "createSubscriber",
            "createPublisher",
            "createDurableSubscriber",
            "createDurableConsumer",
            "createSharedConsumer",
            "createSharedDurableConsumer",
            "unsubscribe");

    private static final Set<String> OF_QUEUES =
            Set.of("createQueue", "createTemporaryQueue", "createReceiver", "createSender", "createBrowser");

    private Restrictions() {}

    /** What sessions are for. */
    enum Kind {
        ANY(Set.of()),
        QUEUES(OF_TOPICS),
        TOPICS(OF_QUEUES);

        private final Set<String> refused;

        Kind(Set<String> refused) {
            this.refused = refused;
        }
    }

    /** Why it must not be called; null if it may. */
    static @Nullable String refusal(Method method, Object @Nullable [] arguments, Kind kind) {
        String name = method.getName();
        if (LISTENERS.contains(name)) {
            return prohibited(name, "use a message-driven bean");
        }
        if (OF_THE_CONNECTION.contains(name)) {
            return prohibited(name, "the server shares connections, and configures them");
        }
        if (name.equals("createContext")) {
            return prohibited(name, "a connection has one session at a time; make a context of the connection factory");
        }
        if (arguments != null && arguments.length > 0 && isAsynchronous(name, arguments[arguments.length - 1])) {
            return prohibited("an asynchronous send", "send synchronously");
        }
        return kind.refused.contains(name)
                ? name + " is not for a session of " + kind.name().toLowerCase(java.util.Locale.ROOT)
                : null;
    }

    private static boolean isAsynchronous(String name, @Nullable Object last) {
        return last instanceof CompletionListener
                && (name.equals("send") || name.equals("publish") || name.equals("setAsync"));
    }

    /** @param instead what to do */
    static String prohibited(String what, String instead) {
        return what + " is not for applications in a server (Jakarta Messaging, section 12.2): " + instead;
    }
}
