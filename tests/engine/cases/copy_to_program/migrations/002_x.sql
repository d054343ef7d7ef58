COPY users TO PROGRAM 'cat > /tmp/stolen';
