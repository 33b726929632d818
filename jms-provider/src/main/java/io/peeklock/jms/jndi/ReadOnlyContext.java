/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.jndi;

import io.peeklock.jms.destination.PeeklockQueue;
import io.peeklock.jms.destination.PeeklockTopic;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.naming.Binding;
import javax.naming.CompositeName;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.NameClassPair;
import javax.naming.NameNotFoundException;
import javax.naming.NameParser;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.OperationNotSupportedException;
import org.jspecify.annotations.Nullable;

/**
 * A naming context with fixed names, and destinations by the names {@code dynamicQueues/x} and {@code dynamicTopics/x}.
 *
 * <p>Thread safe.
 */
// This is a context, and the lookups in it are its own: nothing is deserialised, nothing is fetched.
@SuppressWarnings({"BanJNDI", "JdkObsolete"})
final class ReadOnlyContext implements Context {

    private static final String DYNAMIC_QUEUES = "dynamicQueues/";
    private static final String DYNAMIC_TOPICS = "dynamicTopics/";
    private static final int NAMES_SHOWN = 20;

    private final Map<String, Object> bindings;
    private final Hashtable<Object, Object> environment = new Hashtable<>();

    ReadOnlyContext(Map<String, Object> bindings, @Nullable Hashtable<?, ?> environment) {
        this.bindings = new TreeMap<>(bindings);
        if (environment != null) {
            this.environment.putAll(environment);
        }
    }

    @Override
    public Object lookup(String name) throws NamingException {
        if (name.isEmpty()) {
            return new ReadOnlyContext(bindings, environment);
        }
        Object bound = bindings.get(name);
        if (bound != null) {
            return value(bound);
        }
        if (name.startsWith(DYNAMIC_QUEUES) && name.length() > DYNAMIC_QUEUES.length()) {
            return new PeeklockQueue(name.substring(DYNAMIC_QUEUES.length()));
        }
        if (name.startsWith(DYNAMIC_TOPICS) && name.length() > DYNAMIC_TOPICS.length()) {
            return new PeeklockTopic(name.substring(DYNAMIC_TOPICS.length()));
        }
        return below(name);
    }

    /** The names under one: {@code jms} where there is {@code jms/orders}. */
    private Context below(String name) throws NamingException {
        String prefix = name + "/";
        Map<String, Object> found = new TreeMap<>();
        bindings.forEach((bound, object) -> {
            if (bound.startsWith(prefix)) {
                found.put(bound.substring(prefix.length()), object);
            }
        });
        if (found.isEmpty()) {
            String known = String.join(
                    ", ", bindings.keySet().stream().limit(NAMES_SHOWN).toList());
            throw new NameNotFoundException("No '" + name + "' in this context. It has "
                    + (known.isEmpty() ? "no names" : known + (bindings.size() > NAMES_SHOWN ? ", ..." : ""))
                    + "; names come from the properties connectionFactory.<name>, queue.<name> and topic.<name>, and"
                    + " dynamicQueues/<queue> and dynamicTopics/<topic> are always there");
        }
        return new ReadOnlyContext(found, environment);
    }

    private static Object value(Object bound) {
        return bound instanceof FactoryEntry entry ? entry.factory() : bound;
    }

    @Override
    public Object lookup(Name name) throws NamingException {
        return lookup(name.toString());
    }

    @Override
    public Object lookupLink(String name) throws NamingException {
        return lookup(name);
    }

    @Override
    public Object lookupLink(Name name) throws NamingException {
        return lookup(name);
    }

    private List<Binding> content(String name) throws NamingException {
        if (!(lookup(name) instanceof ReadOnlyContext context)) {
            throw new NamingException("'" + name + "' is no context and has no names below it");
        }
        List<Binding> content = new ArrayList<>();
        context.bindings.forEach((bound, object) -> content.add(new Binding(bound, value(object))));
        return content;
    }

    @Override
    public NamingEnumeration<Binding> listBindings(String name) throws NamingException {
        return new ListEnumeration<>(content(name));
    }

    @Override
    public NamingEnumeration<Binding> listBindings(Name name) throws NamingException {
        return listBindings(name.toString());
    }

    @Override
    public NamingEnumeration<NameClassPair> list(String name) throws NamingException {
        return new ListEnumeration<>(content(name).stream()
                .map(binding -> new NameClassPair(binding.getName(), binding.getClassName()))
                .toList());
    }

    @Override
    public NamingEnumeration<NameClassPair> list(Name name) throws NamingException {
        return list(name.toString());
    }

    @Override
    public NameParser getNameParser(String name) {
        return CompositeName::new;
    }

    @Override
    public NameParser getNameParser(Name name) {
        return CompositeName::new;
    }

    @Override
    public String composeName(String name, String prefix) throws NamingException {
        return composeName(new CompositeName(name), new CompositeName(prefix)).toString();
    }

    @Override
    public Name composeName(Name name, Name prefix) throws NamingException {
        return ((Name) prefix.clone()).addAll(name);
    }

    @Override
    public Hashtable<?, ?> getEnvironment() {
        return (Hashtable<?, ?>) environment.clone();
    }

    @Override
    public String getNameInNamespace() {
        return "";
    }

    /** Factories that were looked up are their users' and stay open. */
    @Override
    public void close() {}

    @Override
    public void bind(String name, Object object) throws NamingException {
        throw readOnly();
    }

    @Override
    public void bind(Name name, Object object) throws NamingException {
        throw readOnly();
    }

    @Override
    public void rebind(String name, Object object) throws NamingException {
        throw readOnly();
    }

    @Override
    public void rebind(Name name, Object object) throws NamingException {
        throw readOnly();
    }

    @Override
    public void unbind(String name) throws NamingException {
        throw readOnly();
    }

    @Override
    public void unbind(Name name) throws NamingException {
        throw readOnly();
    }

    @Override
    public void rename(String from, String to) throws NamingException {
        throw readOnly();
    }

    @Override
    public void rename(Name from, Name to) throws NamingException {
        throw readOnly();
    }

    @Override
    public Context createSubcontext(String name) throws NamingException {
        throw readOnly();
    }

    @Override
    public Context createSubcontext(Name name) throws NamingException {
        throw readOnly();
    }

    @Override
    public void destroySubcontext(String name) throws NamingException {
        throw readOnly();
    }

    @Override
    public void destroySubcontext(Name name) throws NamingException {
        throw readOnly();
    }

    @Override
    public Object addToEnvironment(String name, Object value) throws NamingException {
        throw readOnly();
    }

    @Override
    public Object removeFromEnvironment(String name) throws NamingException {
        throw readOnly();
    }

    private static OperationNotSupportedException readOnly() {
        return new OperationNotSupportedException(
                "This context is read-only: its names are the properties it was made with");
    }
}
